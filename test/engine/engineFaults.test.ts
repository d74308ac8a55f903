/** What the engine does when requests are cancelled or doubled, threads die, and data is damaged. */
import assert from 'node:assert/strict';
import { chmod, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AnalysisEngine, type EngineOptions } from '../../src/analysis/engine.js';
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';
import { Failure } from '../../src/protocol/failure.js';
import type { InterResult, IntraResult, LabelResult, MeasureRequest } from '../../src/protocol/measure.js';
import type { CallContext } from '../../src/protocol/rpc.js';
import { removeFolders } from '../store/sampleRun.js';
import { buildWorker, type BuiltWorker } from './builtWorker.js';
import { syntheticRun, type SyntheticRun } from './syntheticRun.js';

const isCancelled = (error: unknown) => error instanceof Failure && error.kind === 'cancelled';
const everything: MeasureRequest = { query: 'dCNN(-, -, -, -)', measure: 'inter' };
const withoutVersionedParts = ({ values }: InterResult) => values;

describe('the analysis engine under faults', () => {
  let built: BuiltWorker;
  const engines: AnalysisEngine[] = [];
  let original: SyntheticRun;
  let copyCount = 0;

  before(async () => {
    [built, original] = await Promise.all([buildWorker(), syntheticRun()]);
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.dispose();
  });
  after(async () => {
    await built.remove();
    await removeFolders();
  });

  const start = (options: Partial<EngineOptions> = {}): AnalysisEngine => {
    const engine = new AnalysisEngine({ ...built, threads: 2, ...options });
    engines.push(engine);
    return engine;
  };
  /** A run of the test's own. Copied, since the store waits for the disk with every file that it writes. */
  const newRun = async (): Promise<SyntheticRun> => {
    const folder = `${original.folder}-copy-${copyCount++}`;
    await cp(original.folder, folder, { recursive: true });
    return { ...original, folder };
  };
  const inter = async (
    engine: AnalysisEngine,
    run: SyntheticRun,
    request: MeasureRequest = everything,
  ): Promise<InterResult> => (await engine.measure(run.folder, request)) as InterResult;
  const noise = (n: number, d: number): Float32Array => {
    const values = new Float32Array(n * d);
    fillStandardNormal(values, 3);
    return values;
  };
  /** Calls `act` at the first sign of progress. */
  const atProgress = (act: () => void, signal: AbortSignal = new AbortController().signal): CallContext => {
    let acted = false;
    return {
      signal,
      progress: () => {
        if (!acted) act();
        acted = true;
      },
    };
  };

  describe('cancelling', () => {
    it('a table ends it at once, and the engine answers the next request', async () => {
      const [engine, run] = [start(), await newRun()];
      const controller = new AbortController();
      const context = atProgress(() => controller.abort(), controller.signal);
      await assert.rejects(engine.measure(run.folder, everything, context), isCancelled);
      assert.equal((await inter(engine, run)).values.length, 16);
    });
    it('a long computation frees its threads for the next in a fraction of its time', async () => {
      const engine = start();
      const samples = noise(4000, 784);
      const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
        const begun = performance.now();
        await work();
        return (performance.now() - begun) / 1000;
      };
      const small = () => engine.interOfArray(noise(50, 4), 50, 4);
      await small();
      const whole = await secondsOf(() => engine.interOfArray(samples, 4000, 784));
      const controller = new AbortController();
      const call = engine.interOfArray(
        samples,
        4000,
        784,
        {},
        { signal: controller.signal, progress: () => undefined },
      );
      setTimeout(() => controller.abort(), 200 * whole);
      await assert.rejects(call, isCancelled);
      const next = await secondsOf(small);
      assert.ok(next < whole / 3, `${next} s after cancelling what takes ${whole} s`);
    });
    it('before the start computes nothing', async () => {
      const [engine, run] = [start(), await newRun()];
      const context = { signal: AbortSignal.abort(), progress: () => undefined };
      await assert.rejects(engine.measure(run.folder, everything, context), isCancelled);
    });
    it('disposing answers what waits', async () => {
      const [engine, run] = [start(), await newRun()];
      const call = engine.measure(
        run.folder,
        everything,
        atProgress(() => void engine.dispose()),
      );
      await assert.rejects(call, isCancelled);
      await assert.rejects(engine.report(run.folder, null), isCancelled);
    });
  });

  describe('equal requests', () => {
    it('in flight are one computation, however they are written', async () => {
      const [engine, run] = [start(), await newRun()];
      const heard = [0, 0];
      const contexts = heard.map((_, i) => ({ signal: new AbortController().signal, progress: () => void heard[i]++ }));
      const [first, second] = await Promise.all([
        engine.measure(run.folder, everything, contexts[0]),
        engine.measure(join(run.folder, '.'), { query: 'dcnn( –,–,–,– )', measure: 'inter', options: {} }, contexts[1]),
      ]);
      assert.equal(first, second, 'both are given the very same object');
      assert.deepEqual(heard, [16, 16]);
    });
    it('go on for the other when one of two is cancelled', async () => {
      const [engine, run] = [start(), await newRun()];
      const controller = new AbortController();
      const given = engine.measure(
        run.folder,
        everything,
        atProgress(() => controller.abort(), controller.signal),
      );
      const kept = engine.measure(run.folder, everything);
      await assert.rejects(given, isCancelled);
      assert.equal(((await kept) as InterResult).values.length, 16);
    });
  });

  describe('cached results', () => {
    it('equal those computed, in this process and the next', async () => {
      const run = await newRun();
      const request: MeasureRequest = { ...everything, options: { noise: true, interval: true } };
      const engine = start();
      const computed = await inter(engine, run, request);
      const cached = await inter(engine, run, request);
      const later = await inter(start(), run, request);
      assert.deepEqual(cached, computed);
      assert.deepEqual(later, computed);
      assert.equal((await start().estimate(run.folder, request)).cachedCount, 16);
    });
    it('of intra-sample entropies from maps too', async () => {
      const run = await newRun();
      const request: MeasureRequest = { query: 'dCNN({0..9}, -, -, -)', measure: 'intra', options: { bins: 7 } };
      const computed = (await start().measure(run.folder, request)) as IntraResult;
      const engine = start();
      assert.equal((await engine.estimate(run.folder, request)).cachedCount, 16);
      assert.deepEqual(await engine.measure(run.folder, request), computed);
    });
    it('are of their parameters and slice alone', async () => {
      const [engine, run] = [start(), await newRun()];
      await inter(engine, run);
      const others = [
        { ...everything, options: { k: 14 } },
        { ...everything, options: { interval: true } },
        { ...everything, query: 'dCNN({0..20}, -, -, -)' },
      ];
      for (const request of others) assert.equal((await engine.estimate(run.folder, request)).cachedCount, 0);
    });
    it('are done without where the run folder is read-only', async () => {
      const [engine, run] = [start(), await newRun()];
      await chmod(run.folder, 0o555);
      try {
        await writeFile(join(run.folder, 'cache'), ''); // as root may write anyway: a file where the folder would be
      } catch {
        // read-only for this user
      }
      const first = await inter(engine, run);
      await chmod(run.folder, 0o755);
      assert.deepEqual(await inter(engine, run), first);
    });
  });

  describe('threads', () => {
    it('of any number give the same numbers to the last bit', async () => {
      const samples = noise(700, 900);
      const values = [];
      for (const threads of [1, 2, 3])
        values.push(await start({ threads }).interOfArray(samples, 700, 900, { interval: true }));
      assert.deepEqual(values[1], values[0]);
      assert.deepEqual(values[2], values[0]);
    });
    it('the coordinator that dies in the middle is started again, and the request answered', async () => {
      const run = await newRun();
      const workers: Worker[] = [];
      const engine = start({
        createWorker: (file, workerData) => {
          const worker = new Worker(file, { workerData, execArgv: [] });
          workers.push(worker);
          return worker;
        },
      });
      const result = await engine.measure(
        run.folder,
        everything,
        atProgress(() => void workers[0].terminate()),
      );
      assert.equal(workers.length, 2);
      assert.deepEqual(withoutVersionedParts(result as InterResult), withoutVersionedParts(await inter(start(), run)));
    });
    it('a coordinator that dies each time is a failure that says so', async () => {
      const run = await newRun();
      const engine = start({ createWorker: () => new Worker('process.exit(9)', { eval: true, execArgv: [] }) });
      await assert.rejects(engine.report(run.folder, null), (error) => {
        assert.ok(error instanceof Failure && error.kind === 'environment');
        assert.match(error.wrong, /ended twice .*exit code 9/);
        return true;
      });
    });
    it('without kernels are a failure that names the file', async () => {
      const run = await newRun();
      const engine = start({ kernelsFolder: join(run.folder, 'nowhere') });
      await assert.rejects(inter(engine, run), (error) => error instanceof Failure && /kernel/.test(error.doing));
    });
  });

  it('a slice larger than the memory limit is refused alone; the table’s other values are there', async () => {
    const run = await syntheticRun({
      id: '20250131-120000-large',
      shapes: [[1, 6, 6], [16, 40, 40], [5]],
      lastEpoch: 0,
    });
    const { values } = await inter(start({ memoryLimitBytes: 2 ** 21 }), run);
    assert.deepEqual(
      values.map(({ bits }) => bits !== null),
      [true, false, true],
    );
    assert.match(values[1].reason!, /it needs 9\.7 MiB of memory; the limit is 2\.0 MiB/);
  });

  describe('damaged data', () => {
    const files = async (folder: string, epoch: number): Promise<string[]> =>
      (await readdir(folder)).filter((name) => name.startsWith(`c.${epoch}.`)).map((name) => join(folder, name));

    it('that is missing makes its epoch null with the reason; the other epochs are answered', async () => {
      const [engine, run] = [start(), await newRun()];
      for (const file of await files(join(run.folder, run.manifest.layers[1].path, 'activations'), 2)) await rm(file);
      const { values } = await inter(engine, run, { ...everything, query: 'dCNN(-, layer_1, -, -)' });
      assert.deepEqual(
        values.map(({ bits }) => bits !== null),
        [true, true, false, true],
      );
      assert.match(values[2].reason!, /missing/);
      const labels = (await engine.measure(run.folder, { query: 'dCNN(-, -, -, -)', measure: 'label' })) as LabelResult;
      assert.deepEqual(
        labels.values.filter(({ reason }) => reason).map(({ epoch }) => epoch),
        [2],
      );
    });
    it('that was altered is told from whole data, never read as such', async () => {
      const [engine, run] = [start(), await newRun()];
      for (const file of await files(join(run.folder, run.manifest.layers[1].path, 'activations'), 2)) {
        const bytes = await readFile(file);
        bytes[Math.floor(bytes.length / 2)] ^= 1;
        await writeFile(file, bytes);
      }
      const { values } = await inter(engine, run, { ...everything, query: 'dCNN(-, {layer_1, layer_2}, -, -)' });
      assert.deepEqual(
        values.filter(({ bits }) => bits === null).map(({ layer, epoch }) => [layer, epoch]),
        [[1, 2]],
      );
      assert.ok(values.find(({ reason }) => reason)!.reason!.length > 10);
    });
    it('in statistics makes those values null and no others', async () => {
      const [engine, run] = [start(), await newRun()];
      for (const file of await files(join(run.folder, run.manifest.layers[1].path, 'entropy'), 1)) {
        const bytes = await readFile(file);
        bytes[20] ^= 4;
        await writeFile(file, bytes);
      }
      const { values } = (await engine.measure(run.folder, {
        query: 'dCNN(x.label = 0, {layer_1, layer_2}, -, -)',
        measure: 'intra',
      })) as IntraResult;
      assert.deepEqual(
        values.filter(({ meanBits }) => meanBits === null).map(({ layer, epoch }) => [layer, epoch]),
        [[1, 1]],
      );
      const reports = await engine.report(run.folder, 3);
      assert.equal(reports[1].intraByEpoch[1].bits, null);
      assert.notEqual(reports[1].intraByEpoch[2].bits, null);
    });
  });
});
