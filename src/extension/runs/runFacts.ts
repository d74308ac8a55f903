/**
 * What is known about single runs – manifest, table of layers, entropies by class – read when first
 * asked for and kept until the run grows. The analysis engine starts with the first table.
 */
import type { AnalysisEngine } from '../../analysis/engine.js';
import type { LayerReport } from '../../protocol/measure.js';
import type { RunManifest, RunSummary } from '../../protocol/run.js';
import type { RecordedEntropy, RunReader } from '../../store/format/runAccess.js';
import type { Log } from '../log.js';

/** While a run records, tables take at most a tenth of the time: the training needs the machine. */
const REST = 10;

/** Runs whose facts are kept; the least recently asked for goes first. */
const KEPT_RUNS = 40;

interface Facts {
  /** Which state of the run the tables below belong to. */
  readonly state: string;
  readonly reader: Promise<RunReader>;
  reports: Promise<readonly LayerReport[]> | undefined;
  /** The newest table that has arrived, perhaps of an earlier state. */
  arrived: readonly LayerReport[] | undefined;
  /** When the last table arrived, and how long it took; milliseconds. */
  arrivedAt: number;
  took: number;
}

export class RunFacts {
  readonly #facts = new Map<string, Facts>();
  #engine: Promise<AnalysisEngine> | undefined;
  #closed = false;

  constructor(
    readonly workerFile: string,
    readonly log: Log,
    readonly isTrusted: () => boolean = () => true,
  ) {}

  engine(): Promise<AnalysisEngine> {
    return (this.#engine ??= this.#startEngine());
  }

  async manifest(run: RunSummary): Promise<RunManifest> {
    return (await this.#of(run).reader).manifest;
  }

  /** The table of layers at the last whole epoch. */
  reports(run: RunSummary): Promise<readonly LayerReport[]> {
    const facts = this.#of(run);
    facts.reports ??= this.#report(run, facts);
    return facts.reports;
  }

  /** The table if it is there already; otherwise undefined, and it is on its way. */
  arrivedReports(run: RunSummary, onArrival: () => void): readonly LayerReport[] | undefined {
    const facts = this.#of(run);
    if (!facts.reports) {
      facts.reports = this.#report(run, facts);
      void facts.reports.catch((error: unknown) => this.log.error(error)).finally(onArrival);
    }
    return facts.arrived;
  }

  /** Entropies by class and channel, as recorded. */
  async entropy(run: RunSummary, layer: number, epoch: number): Promise<RecordedEntropy> {
    return (await this.#of(run).reader).readEntropy(layer, epoch);
  }

  /** Statistics of the values, (statistic, class + 1, channel), as recorded. */
  async values(run: RunSummary, layer: number, epoch: number): Promise<Float64Array> {
    return (await this.#of(run).reader).readValues(layer, epoch);
  }

  #of(run: RunSummary): Facts {
    const state = `${run.epochs.join()} ${run.status.state}`;
    const known = this.#facts.get(run.folder);
    const rests = run.status.state === 'recording' && known !== undefined && isResting(known);
    const facts: Facts =
      known && (known.state === state || rests)
        ? known
        : {
            state,
            reader: heldBack(openReader(run.folder)),
            reports: undefined,
            arrived: known?.arrived,
            arrivedAt: 0,
            took: 0,
          };
    this.#facts.delete(run.folder);
    this.#facts.set(run.folder, facts);
    // A run that is being set up cannot be opened, and can a moment later.
    facts.reader.catch(() => this.#facts.get(run.folder) === facts && this.#facts.delete(run.folder));
    const [oldest] = this.#facts.keys();
    if (this.#facts.size > KEPT_RUNS && oldest !== undefined) this.#facts.delete(oldest);
    return facts;
  }

  async #report(run: RunSummary, facts: Facts): Promise<readonly LayerReport[]> {
    if (run.epochs.length === 0) {
      facts.arrivedAt = Date.now();
      return (facts.arrived = []);
    }
    const engine = await this.engine();
    const start = Date.now();
    try {
      return (facts.arrived = await engine.report(run.folder, null));
    } finally {
      facts.arrivedAt = Date.now();
      facts.took = facts.arrivedAt - start;
    }
  }

  async #startEngine(): Promise<AnalysisEngine> {
    const { AnalysisEngine } = await import('../../analysis/engine.js');
    // A folder that is not trusted is looked at, and nothing is written into it.
    const engine = new AnalysisEngine({ workerFile: this.workerFile, keepsResults: this.isTrusted() });
    if (this.#closed) await engine.dispose();
    return engine;
  }

  async dispose(): Promise<void> {
    this.#closed = true;
    if (this.#engine) await (await this.#engine).dispose();
  }
}

function isResting({ reports, arrivedAt, took }: Facts): boolean {
  const isUnderWay = reports !== undefined && arrivedAt === 0;
  return isUnderWay || Date.now() - arrivedAt < REST * took;
}

async function openReader(folder: string): Promise<RunReader> {
  const { openRun } = await import('../../store/reading/openRun.js');
  return openRun(folder);
}

/** A promise whose failure is told to those who wait for it, and to nobody when none does. */
function heldBack<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
