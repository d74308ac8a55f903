/** Gathers what a run says about the state of its layers, once for each state of the run. */
import { Failure } from '../../protocol/failure.js';
import { ALL } from '../../protocol/query.js';
import type { LayerReport, RedundancyValue } from '../../protocol/measure.js';
import { printQuery } from '../../protocol/queryText.js';
import type { Layer, RunManifest, RunSummary } from '../../protocol/run.js';
import { hasChosenCount, isJudged, ownDead, saturatedOf, spread } from '../../analysis/rules/ownChannels.js';
import type { Log } from '../log.js';
import type { RunFacts } from '../runs/runFacts.js';
import { neededCount, type LayerEvidence } from './layerFindings.js';
import { uncertainClasses, type UncertainClass } from '../../analysis/rules/uncertainClasses.js';
import { unchangedChannels } from '../../analysis/rules/unchangedChannels.js';

/** Epochs that are compared to find what never changed: first, last and evenly between. */
const COMPARED_EPOCHS = 9;
const TRACE_SHARE = 0.99;
const KEPT_RUNS = 8;

export type Evidence = ReadonlyMap<number, LayerEvidence>;

interface Entry {
  readonly state: string;
  readonly recorded: Promise<Evidence>;
  whole: Promise<Evidence> | undefined;
  /** The answer of `whole`, when it is there. */
  arrived: Evidence | undefined;
}

export class LearnedStates {
  readonly #known = new Map<string, Entry>();
  readonly #listeners = new Set<() => void>();

  constructor(
    readonly facts: RunFacts,
    readonly log: Log,
  ) {}

  /** What is soon there, by layer index: from recorded statistics alone, unless the rest has been computed. */
  async recorded(run: RunSummary): Promise<Evidence> {
    const { arrived, recorded } = this.#entry(run);
    return arrived ?? recorded;
  }

  /** With redundancy, which is computed from kept maps; while a run records, the training needs the machine. */
  async whole(run: RunSummary): Promise<Evidence> {
    const entry = this.#entry(run);
    if (run.status.state === 'recording') return entry.recorded;
    entry.whole ??= this.#withRedundancy(run, entry.recorded);
    const isNew = entry.arrived === undefined;
    entry.arrived = await entry.whole;
    if (isNew) for (const listener of this.#listeners) listener();
    return entry.arrived;
  }

  /** The counts of channels that would do, by layer, as far as they have been computed for this state of the run. */
  needed(run: RunSummary): ReadonlyMap<number, number> {
    const needed = new Map<number, number>();
    for (const [index, evidence] of this.#known.get(run.folder)?.arrived ?? []) {
      const count = neededCount(evidence);
      if (count !== null) needed.set(index, count);
    }
    return needed;
  }

  /** Told when redundancy has been computed. */
  onArrival(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  #entry(run: RunSummary): Entry {
    const state = `${run.epochs.join()} ${run.status.state}`;
    const known = this.#known.get(run.folder);
    const entry: Entry =
      known?.state === state ? known : { state, recorded: this.#gather(run), whole: undefined, arrived: undefined };
    if (entry !== known) entry.recorded.catch(() => this.#known.delete(run.folder));
    this.#known.delete(run.folder);
    this.#known.set(run.folder, entry);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KEPT_RUNS && oldest !== undefined) this.#known.delete(oldest);
    return entry;
  }

  async #withRedundancy(run: RunSummary, recorded: Promise<Evidence>): Promise<Evidence> {
    const [manifest, evidence] = await Promise.all([this.facts.manifest(run), recorded]);
    const whole = new Map(evidence);
    // What a network is like that has not learned says nothing of what it will need.
    if (run.notLearned) return whole;
    for (const [index, one] of evidence) {
      if (!hasChosenCount(one.layer, manifest)) continue;
      whole.set(index, { ...one, redundancy: await this.#redundancy(run, one.layer, one.epoch) });
    }
    const last = evidence.get(manifest.layers.length - 1);
    if (last && manifest.task === 'classification' && last.layer.channelCount === manifest.classNames.length)
      whole.set(last.layer.index, { ...last, uncertain: await this.#uncertain(run, manifest) });
    return whole;
  }

  /** On what the network was not trained with, where there is such. */
  async #uncertain(run: RunSummary, manifest: RunManifest): Promise<UncertainClass[]> {
    try {
      const engine = await this.facts.engine();
      const [from, to] = [run.epochs.at(-3), run.epochs.at(-1)];
      if (from === undefined || to === undefined) return [];
      const epochs = { kind: 'ranges', ranges: [[from, to]] } as const;
      const query = printQuery({ samples: ALL, layers: ALL, channels: ALL, epochs });
      const result = await engine.measure(run.folder, { query, measure: 'label' });
      if (result.measure !== 'label') return [];
      const split = manifest.probes.validationCount > 0 ? 'validation' : 'train';
      const values = result.values.filter((value) => value.split === split && run.epochs.includes(value.epoch));
      return uncertainClasses(values, manifest.classNames);
    } catch (error) {
      this.log.error(error);
      return [];
    }
  }

  async #gather(run: RunSummary): Promise<Evidence> {
    const [manifest, reports] = await Promise.all([this.facts.manifest(run), this.facts.reports(run)]);
    const byLayer = new Map(reports.map((report) => [report.layer, report]));
    const evidence = new Map<number, LayerEvidence>();
    if (run.notLearned) return evidence;
    for (const layer of manifest.layers) {
      const report = byLayer.get(layer.index);
      if (!report || !isJudged(layer)) continue;
      evidence.set(layer.index, await this.#ofLayer(run, manifest, layer, report, byLayer));
    }
    return evidence;
  }

  async #ofLayer(
    run: RunSummary,
    manifest: RunManifest,
    layer: Layer,
    report: LayerReport,
    reports: ReadonlyMap<number, LayerReport>,
  ): Promise<LayerEvidence> {
    const own = ownDead(layer, report.channels, manifest, (index) => reports.get(index)?.channels);
    const isTrained = layer.trainable && layer.parameterCount > 0;
    const comparedEpochs = isTrained ? spread(run.epochs, COMPARED_EPOCHS) : [];
    const tables = await this.#values(run, layer, comparedEpochs);
    const last = await this.#values(run, layer, [report.epoch]);
    return {
      layer,
      epoch: report.epoch,
      n: manifest.probes.count,
      dead: own.map(({ channel }) => channel),
      deadSince: own.map(({ since }) => since),
      saturated: last[0] ? saturatedOf(last[0], layer, manifest.classNames.length) : [],
      unchanged: unchangedChannels(tables, manifest.classNames.length, layer.channelCount),
      comparedEpochs: comparedEpochs.slice(0, tables.length),
      redundancy: null,
      uncertain: [],
      traceShare: TRACE_SHARE,
    };
  }

  /** Empty where any of the epochs cannot be read: then nothing is said. */
  async #values(run: RunSummary, layer: Layer, epochs: readonly number[]): Promise<Float64Array[]> {
    try {
      const tables: Float64Array[] = [];
      for (const epoch of epochs) tables.push(await this.facts.values(run, layer.index, epoch));
      return tables;
    } catch (error) {
      this.log.error(error);
      return [];
    }
  }

  async #redundancy(run: RunSummary, layer: Layer, epoch: number): Promise<RedundancyValue | null> {
    try {
      const engine = await this.facts.engine();
      const query = printQuery({
        samples: ALL,
        layers: { kind: 'layers', items: [{ kind: 'name', name: layer.name }] },
        channels: ALL,
        epochs: { kind: 'ranges', ranges: [[epoch, epoch]] },
      });
      const result = await engine.measure(run.folder, {
        query,
        measure: 'redundancy',
        options: { traceShare: TRACE_SHARE },
      });
      return result.measure === 'redundancy'
        ? (result.values.find((value) => value.layer === layer.index) ?? null)
        : null;
    } catch (error) {
      // Runs without kept maps have no redundancy; that is no fault.
      if (!(error instanceof Failure) || (error.kind !== 'unsupported' && error.kind !== 'cancelled'))
        this.log.error(error);
      return null;
    }
  }
}
