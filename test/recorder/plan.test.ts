/** How much is recorded, as a function of model, data and budget; what is left out is said. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Layer } from '../../src/protocol/run.js';
import { keptCount } from '../../src/store/format/runSize.js';
import { product } from '../../src/recorder/model/mapGeometry.js';
import { forwardPasses, layerSize, mostProbes } from '../../src/recorder/plan/passes.js';
import { planRecording, type DataFacts, type RecordingPlan } from '../../src/recorder/plan/planRecording.js';

const layer = (index: number, channelCount: number, mapShape: number[], weights: number[] = []): Layer => ({
  index,
  name: `layer${index}`,
  className: 'Conv2D',
  kind: 'conv',
  outputShape: [...mapShape, channelCount],
  channelCount,
  mapShape,
  parameterCount: weights.length > 0 ? product(weights) : 0,
  trainable: true,
  activation: null,
  inputs: index === 0 ? [] : [index - 1],
  config: {},
  source: null,
  path: `layers/${index}`,
  weights: weights.length > 0 ? [{ name: 'kernel', shape: weights, path: `layers/${index}/weights/kernel` }] : [],
});
const SMALL = [
  layer(0, 1, [28, 28]),
  layer(1, 8, [24, 24], [5, 5, 1, 8]),
  layer(2, 16, [8, 8], [5, 5, 8, 16]),
  layer(3, 10, [], [1024, 10]),
];
const DATA: DataFacts = {
  task: 'classification',
  classNames: Array.from({ length: 10 }, (_, i) => String(i)),
  metrics: ['loss', 'acc'],
  available: 5000,
  wanted: 1000,
  fixedBatch: null,
  lastEpoch: 5,
};
const MEMORY = 2 ** 29;
const MIB = 2 ** 20;

interface Case {
  readonly layers?: readonly Layer[];
  readonly pinned?: readonly string[];
  readonly memoryBytes?: number;
}

const plan = (
  change: Partial<DataFacts>,
  bytes: number,
  { layers = SMALL, pinned = [], memoryBytes = MEMORY }: Case = {},
) => planRecording({ layers, pinned, unrecordable: [] }, { ...DATA, ...change }, { bytes, memoryBytes });

/** Small networks of every proportion, with budgets from far too little to more than enough. */
const anyCase = fc.record({
  layers: fc
    .array(
      fc.record({
        channels: fc.integer({ min: 1, max: 64 }),
        side: fc.integer({ min: 0, max: 32 }),
        dense: fc.integer({ min: 0, max: 2_000_000 }),
      }),
      { minLength: 1, maxLength: 8 },
    )
    .map((shapes) => [
      layer(0, 3, [16, 16]),
      ...shapes.map(({ channels, side, dense }, i) =>
        layer(i + 1, channels, side > 0 ? [side, side] : [], dense > 1_000_000 ? [dense] : [3, 3]),
      ),
    ]),
  lastEpoch: fc.integer({ min: 0, max: 60 }),
  available: fc.integer({ min: 1, max: 1500 }),
  bytes: fc.integer({ min: 10, max: 31 }).chain((power) => fc.integer({ min: 2 ** power, max: 2 ** (power + 1) })),
});

/** Two epochs of everything fit, and a third without maps; a third with the maps of layer1 does not. */
const LITTLE_ROOM = {
  layers: [layer(0, 3, [16, 16]), layer(1, 30, [30, 30], [3, 3]), layer(2, 1, [], [3, 3])],
  lastEpoch: 1,
  available: 397,
  bytes: 2 ** 27,
};

describe('the plan', () => {
  it('keeps everything where the budget allows it, and leaves nothing out', () => {
    const { probeCount, mapSampleCount, precision, weights, leftOut } = plan({}, 2 ** 31);
    assert.deepEqual(
      { probeCount, mapSampleCount, precision, weights, leftOut },
      {
        probeCount: 1000,
        mapSampleCount: 1000,
        precision: 'float32',
        weights: 'every',
        leftOut: [],
      },
    );
  });

  it('takes as many probes as there are', () => assert.equal(plan({ available: 359 }, 2 ** 31).probeCount, 359));

  it('gives up the lower bits of maps first, then epochs with maps, then samples, then the largest layers', () => {
    const full = plan({ lastEpoch: 40 }, 2 ** 33).forecastBytes;
    const seen = (share: number) => {
      const { precision, mapStride, mapSampleCount, withoutMaps } = plan({ lastEpoch: 40 }, Math.round(full * share));
      return [precision, mapStride > 1, mapSampleCount < 1000, withoutMaps];
    };
    assert.deepEqual(seen(1.01), ['float32', false, false, []]);
    assert.deepEqual(seen(0.6), ['float16', false, false, []]);
    assert.deepEqual(seen(0.3), ['float16', true, false, []]);
    assert.deepEqual(seen(0.05), ['float16', true, true, []]);
    assert.deepEqual(seen(0.006)[3], [1]);
  });

  it('never takes more than the budget, unless it says that it does not fit', () => {
    fc.assert(
      fc.property(anyCase, ({ layers, bytes, ...data }) => {
        const chosen = plan(data, bytes, { layers });
        assert.ok(!chosen.fits || chosen.forecastBytes < bytes);
        if (!chosen.fits) assert.deepEqual([chosen.mapSampleCount, chosen.weights], [0, 'none']);
      }),
    );
  });

  it('forecasts what it plans: what is written once, epochs with maps and epochs without', () => {
    fc.assert(
      fc.property(anyCase, ({ layers, bytes, ...data }) => {
        const chosen = plan(data, bytes, { layers });
        const { bytesOnce, bytesPerEpoch, bytesWithoutMaps, mapStride, epochStride } = chosen;
        const withMaps = keptCount(data.lastEpoch, mapStride);
        const without = keptCount(data.lastEpoch, epochStride) - withMaps;
        const spent = bytesOnce + withMaps * bytesPerEpoch + without * bytesWithoutMaps;
        assert.equal(chosen.fits, spent <= bytes);
        const folders = spent - chosen.forecastBytes;
        assert.ok(folders > 0 && folders % 4096 === 0);
      }),
    );
  });

  it('says in words everything that it leaves out, and nothing else', () => {
    fc.assert(
      fc.property(anyCase, ({ layers, bytes, ...data }) => {
        const chosen = plan(data, bytes, { layers });
        const says = (pattern: RegExp): boolean => chosen.leftOut.some((text) => pattern.test(text));
        const some = chosen.mapSampleCount > 0;
        assert.equal(says(/float16/), some && chosen.precision === 'float16');
        assert.equal(says(/^all maps/), !some);
        assert.equal(says(/^maps of \d+ of \d+ probes/), some && chosen.mapSampleCount < chosen.probeCount);
        assert.equal(
          says(/^maps of \d+ of \d+ epochs/),
          some && keptCount(data.lastEpoch, chosen.mapStride) <= data.lastEpoch,
        );
        assert.equal(says(/^maps of layer/), some && chosen.withoutMaps.length > 0);
        assert.equal(says(/^all weights/), chosen.weights === 'none');
        assert.equal(says(/^the last epochs/), !chosen.fits);
        assert.equal(
          says(/^\d+ of \d+ epochs/),
          chosen.fits && keptCount(data.lastEpoch, chosen.epochStride) <= data.lastEpoch,
        );
      }),
    );
  });

  it('keeps no fewer layers with more budget; of the same layers no fewer samples; of the same samples no fewer epochs', () => {
    const rank = (
      { fits, epochStride, mapSampleCount, withoutMaps, mapStride, weights }: RecordingPlan,
      lastEpoch: number,
    ): number[] => [
      Number(fits),
      keptCount(lastEpoch, epochStride),
      Number(mapSampleCount > 0),
      -withoutMaps.length,
      mapSampleCount,
      mapSampleCount > 0 ? 0 : ['none', 'with-maps', 'every'].indexOf(weights),
      keptCount(lastEpoch, mapStride),
    ];
    fc.assert(
      fc.property(anyCase, fc.double({ min: 1, max: 8, noNaN: true }), ({ layers, bytes, ...data }, factor) => {
        // As many probes for both: fewer of them are another question.
        const facts = { ...data, available: 20 };
        const [less, more] = [bytes + 10 * MIB, Math.round((bytes + 10 * MIB) * factor)].map((size) =>
          rank(plan(facts, size, { layers }), data.lastEpoch),
        );
        const place = less!.findIndex((value, i) => value !== more![i]);
        assert.ok(place < 0 || less![place]! < more![place]!, `${less!.join()} then ${more!.join()}`);
      }),
    );
  });

  it('keeps a pinned layer whole, or says that it cannot be', () => {
    fc.assert(
      fc.property(anyCase, ({ layers, bytes, ...data }) => {
        const chosen = plan(data, bytes, { layers, pinned: ['layer1'] });
        const keepsLayer1 = ({ mapSampleCount, probeCount, precision, mapStride, withoutMaps }: RecordingPlan) =>
          mapSampleCount === probeCount && precision === 'float32' && mapStride === 1 && !withoutMaps.includes(1);
        const isWhole = chosen.pinned.includes(1) || keepsLayer1(chosen);
        assert.equal(isWhole, !chosen.leftOut.some((text) => text.startsWith('layer layer1 whole')));
        assert.ok(!chosen.pinned.includes(1) || chosen.fits);
        assert.ok(!chosen.withoutMaps.includes(1) || !isWhole);
        if (keepsLayer1(plan(data, bytes, { layers }))) assert.ok(isWhole, 'it is whole where everything is');
      }),
      { examples: [[LITTLE_ROOM]] },
    );
  });

  it('says when a pin names no layer, and pins the first of those that do not all fit', () => {
    const { leftOut, pinned } = plan({}, 2 ** 31, { pinned: ['conv9', 'layer2'] });
    assert.deepEqual(pinned, [2]);
    assert.match(leftOut.join(), /layer conv9, pinned: .* none of that name/);
    const within = SMALL.map((layer) => ({ ...layer, name: layer.name.replace('layer', 'encoder/layer') }));
    assert.deepEqual(plan({}, 2 ** 31, { layers: within, pinned: ['layer2'] }).pinned, [2]);
    const tight = plan({}, 40 * MIB, { pinned: ['layer2', 'layer1'] });
    assert.deepEqual(tight.pinned, [2]);
    assert.match(tight.leftOut.join(), /layer layer1 whole, as it was pinned/);
  });

  it('records fewer epochs where the statistics of all do not fit, the first and the last among them', () => {
    const { epochStride, fits, leftOut, weights } = plan({ lastEpoch: 1000 }, 8 * MIB, {});
    assert.ok(epochStride > 1 && fits && weights === 'none');
    assert.match(leftOut.join(), /\d+ of 1001 epochs: the statistics alone take/);
  });

  it('keeps maps of a training without a stated end whose weights are too large for every assumed epoch', () => {
    const heavy = [...SMALL.slice(0, 3), layer(3, 1024, [], [6272, 1024]), layer(4, 6272, [], [1024, 6272])];
    const kept = plan({ lastEpoch: 50, openEnded: true }, 2 ** 31, { layers: heavy });
    assert.deepEqual([kept.weights, kept.mapSampleCount, kept.withoutMaps], ['with-maps', 1000, []]);
    assert.ok(kept.fits);
  });

  it('keeps a sample of the training inputs, of at most a twentieth of the budget', () => {
    const training = { available: 8000, wanted: 1000 };
    assert.equal(plan({ training }, 2 ** 31).trainingSampleCount, 1000);
    assert.equal(plan({ training: { available: 70, wanted: 1000 } }, 2 ** 31).trainingSampleCount, 70);
    const { trainingSampleCount } = plan({ training }, 32 * MIB);
    assert.equal(trainingSampleCount, Math.floor((32 * MIB) / 20 / (4 * 28 * 28)));
    const difference = plan({ training }, 2 ** 31).forecastBytes - plan({}, 2 ** 31).forecastBytes;
    assert.ok(difference > 1000 * 28 * 28 * 4 && difference < 1000 * 28 * 28 * 4.1);
  });

  it('takes fewer probes where a layer does not fit in memory', () => {
    const largest = 8 * 24 * 24 * 4;
    const few = plan({}, 2 ** 31, { memoryBytes: 100 * largest });
    assert.equal(few.probeCount, 100);
    assert.match(few.leftOut.join(), /900 of 1000 probes: .* memory/);
    assert.equal(plan({}, 2 ** 31, { memoryBytes: 1000 * largest }).probeCount, 1000);
  });

  it('runs the probes twice where the layers together do not fit in memory', () => {
    const bytes = 4 * 1000 * SMALL.reduce((sum, layer) => sum + layerSize(layer), 0);
    assert.equal(forwardPasses(SMALL, 1000, bytes), 1);
    assert.equal(forwardPasses(SMALL, 1000, bytes - 1), 2);
  });

  it('takes as many probes as there is time for, with their second pass where they need one', () => {
    const bytes = 4 * SMALL.reduce((sum, layer) => sum + layerSize(layer), 0);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 1, max: 5000, noNaN: true }), (held, time) => {
        const memory = held * bytes;
        const takes = (count: number): number => count * (forwardPasses(SMALL, count, memory) + 0.5);
        const most = mostProbes(SMALL, memory, (passes) => Math.floor(time / (passes + 0.5)));
        assert.ok(takes(most) <= time && takes(most + 1) > time, `${most} probes`);
      }),
    );
  });

  it('takes whole batches of a model that takes no others', () => {
    assert.equal(plan({ fixedBatch: 64 }, 2 ** 31).probeCount, 960);
    assert.match(plan({ fixedBatch: 64 }, 2 ** 31).leftOut.join(), /batches of 64/);
  });
});
