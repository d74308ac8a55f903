/** Distances that one measure leaves for another: waited for when they are coming, kept while there is room. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { KeptBounds } from '../../src/analysis/worker/keptBounds.js';
import { MemorySlots } from '../../src/analysis/worker/memorySlots.js';
import type { MeasureRequest, MeasureResult } from '../../src/protocol/measure.js';
import { removeFolders } from '../store/sampleRun.js';
import { buildWorker, type BuiltWorker } from './builtWorker.js';
import { syntheticRun, type SyntheticRun } from './syntheticRun.js';

const MEGABYTE = 2 ** 20;
const never = new AbortController().signal;

function start(limitMegabytes: number) {
  const slots = new MemorySlots(limitMegabytes * MEGABYTE, () => undefined);
  const bounds = new KeptBounds(slots);
  const leave = (key: string, megabytes: number): boolean => {
    bounds.announce(key);
    const values = bounds.room(megabytes * MEGABYTE);
    bounds.deliver(key, values && { values, n: 3, blur: 0 });
    return values !== null;
  };
  return { slots, bounds, leave };
}

describe('bounds that are kept', () => {
  it('are waited for from when they are announced, and there afterwards', async () => {
    const { bounds } = start(10);
    assert.equal(await bounds.find('a'), null);
    assert.equal(bounds.announce('a'), true);
    assert.equal(bounds.announce('a'), false, 'one is enough');
    const waiting = bounds.find('a');
    assert.equal(bounds.isComing('a'), true);
    const found = { values: new SharedArrayBuffer(12), n: 3, blur: 0.5 };
    bounds.deliver('a', found);
    assert.equal(await waiting, found);
    assert.equal(bounds.isComing('a'), false);
    assert.equal(await bounds.find('a'), found);
  });

  it('that do not come after all are null for who waits', async () => {
    const { bounds } = start(10);
    bounds.announce('a');
    const waiting = bounds.find('a');
    bounds.deliver('a', null);
    bounds.deliver('a', { values: new SharedArrayBuffer(12), n: 3, blur: 0 });
    assert.equal(await waiting, null);
    assert.equal(await bounds.find('a'), null);
  });

  it('count towards the limit, and go, the oldest first, when a value needs their room', async () => {
    const { slots, bounds, leave } = start(10);
    assert.deepEqual([leave('a', 3), leave('b', 3)], [true, true]);
    assert.equal(slots.spareBytes, 4 * MEGABYTE);
    assert.equal(leave('c', 5), false, 'there is no room to spare');
    slots.release(await slots.acquire(6 * MEGABYTE, never));
    assert.equal(await bounds.find('a'), null);
    assert.ok(await bounds.find('b'));
    slots.trim();
    assert.equal(await bounds.find('b'), null);
  });
});

describe('bounds that are lent', () => {
  const lentOf = async ({ slots }: ReturnType<typeof start>) => {
    const slot = await slots.acquire(MEGABYTE, never);
    return { slot, address: 64, bounds: { address: 128, n: 3 } };
  };

  it('are worked with where they are, and its owner goes on when that is done', async () => {
    const all = start(10);
    const { bounds } = all;
    const lent = await lentOf(all);
    assert.equal(bounds.borrowedBytes('a'), null, 'nobody waits');
    bounds.announce('a');
    const said: string[] = [];
    const borrowed = bounds.borrow('a', 5, async ({ address }) => {
      said.push('borrowed');
      await new Promise(setImmediate);
      said.push('given back');
      return address;
    });
    assert.equal(bounds.borrowedBytes('a'), 5);
    await bounds.lend('a', lent);
    said.push('goes on');
    assert.equal(await borrowed, 64);
    assert.deepEqual(said, ['borrowed', 'given back', 'goes on']);
    assert.deepEqual([bounds.isComing('a'), await bounds.find('a')], [false, null]);
  });

  it('are given back also where work with them fails', async () => {
    const all = start(10);
    all.bounds.announce('a');
    const borrowed = all.bounds.borrow('a', 5, () => Promise.reject(new Error('no')));
    const told = assert.rejects(borrowed, /no/);
    await all.bounds.lend('a', await lentOf(all));
    await told;
  });

  it('are copied instead where several wait: who would borrow then finds them', async () => {
    const { bounds } = start(10);
    bounds.announce('a');
    const borrowed = bounds.borrow('a', 5, () => Promise.resolve('lent'));
    const waiting = bounds.find('a');
    assert.equal(bounds.borrowedBytes('a'), null);
    const found = { values: new SharedArrayBuffer(12), n: 3, blur: 0.5 };
    bounds.deliver('a', found);
    assert.deepEqual([await waiting, await borrowed, await bounds.find('a')], [found, null, found]);
    assert.equal(await bounds.borrow('a', 5, () => Promise.resolve('lent')), null, 'nobody is at it');
  });
});

describe('distance MI and inter-sample entropy at once', function () {
  this.timeout(60_000);
  let built: BuiltWorker;
  let run: SyntheticRun;
  before(async () => {
    built = await buildWorker();
    run = await syntheticRun();
  });
  after(async () => {
    await built.remove();
    await removeFolders();
  });

  const requests: readonly MeasureRequest[] = [
    { query: 'dCNN(-, {layer_1, layer_2}, -, -)', measure: 'distance-mi' },
    { query: 'dCNN(-, -, -, -)', measure: 'inter' },
  ];
  const answers = async (ask: (engine: AnalysisEngine) => Promise<MeasureResult[]>): Promise<string> => {
    await rm(join(run.folder, 'cache'), { recursive: true, force: true });
    const engine = new AnalysisEngine({ ...built, threads: 2, keepsResults: false });
    try {
      return JSON.stringify(await ask(engine));
    } finally {
      await engine.dispose();
    }
  };
  const asked = (engine: AnalysisEngine, request: MeasureRequest) => engine.measure(run.folder, request);

  it('answer what each answers alone, in any order', async () => {
    const together = await answers((engine) => Promise.all(requests.map((request) => asked(engine, request))));
    const after = await answers(async (engine) => [await asked(engine, requests[0]), await asked(engine, requests[1])]);
    const alone = await Promise.all(
      requests.map((request) => answers(async (engine) => [await asked(engine, request)])),
    );
    assert.equal(together, `[${alone.map((one) => one.slice(1, -1)).join(',')}]`);
    assert.equal(after, together);
  });

  it('answer when the one that would leave distances is cancelled', async () => {
    const cancel = new AbortController();
    const bits = await answers(async (engine) => {
      const context = { signal: cancel.signal, progress: () => cancel.abort() };
      const distanceMi = engine.measure(run.folder, requests[0], context).catch(() => undefined);
      const inter = await asked(engine, requests[1]);
      await distanceMi;
      return [inter];
    });
    assert.equal(bits, await answers(async (engine) => [await asked(engine, requests[1])]));
  });
});
