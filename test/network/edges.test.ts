/** Bundles against scikit-learn and brute force, clutter against counting by hand, weights by the rules of each layer. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bicliqueCover, largestBiclique, type Biclique } from '../../src/analysis/network/bicliques.js';
import { channelSources } from '../../src/analysis/network/channelSources.js';
import { clusterEdges, strongestEdges } from '../../src/analysis/network/clusterEdges.js';
import { clutterOf, crossings, worthwhileBundles } from '../../src/analysis/network/clutter.js';
import { signedWeights } from '../../src/analysis/network/edgeWeights.js';
import { exampleLayers } from '../gallery/exampleRun.js';
import { expected } from './expected.js';

const area = ({ sources, targets }: Biclique): number => sources.length * targets.length;
const text = ({ sources, targets }: Biclique): string => `${sources.join()}→${targets.join()}`;

describe('bundles of edges', () => {
  for (const { matrix, bundles } of expected.blocks) {
    it(`planted blocks of ${matrix.length} × ${matrix[0].length} are the co-clusters of scikit-learn`, () => {
      const cover = bicliqueCover(matrix.flat(), matrix.length, matrix[0].length);
      assert.deepEqual(cover.map(text).sort(), bundles.map(text).sort());
    });
  }

  for (const { matrix, largestArea } of expected.bicliques) {
    it(`the largest biclique of ${matrix.length} × ${matrix[0].length} has the ${largestArea} edges that trying all sets finds`, () => {
      const found = largestBiclique(matrix.flat(), matrix.length, matrix[0].length);
      assert.equal(found && area(found), largestArea);
    });
  }

  const graphs = fc
    .tuple(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 16 }))
    .chain(([s, t]) =>
      fc.tuple(fc.constant(s), fc.constant(t), fc.array(fc.nat({ max: 1 }), { minLength: s * t, maxLength: s * t })),
    );

  it('every edge is in exactly one bundle, and no bundle holds what is no edge', () => {
    fc.assert(
      fc.property(graphs, ([sources, targets, edges]) => {
        const counted = new Array<number>(edges.length).fill(0);
        for (const one of bicliqueCover(edges, sources, targets))
          for (const s of one.sources) for (const t of one.targets) counted[s * targets + t]++;
        assert.deepEqual(counted, edges);
      }),
    );
  });

  it('bundling neither adds crossings nor ink', () => {
    fc.assert(
      fc.property(graphs, ([sources, targets, edges]) => {
        const cover = bicliqueCover(edges, sources, targets).map((one) => ({ sign: 1 as const, ...one }));
        const clutter = clutterOf(worthwhileBundles(cover, sources, targets), sources, targets);
        assert.equal(clutter.edges, edges.filter(Boolean).length);
        assert.ok(clutter.crossingsAfter <= clutter.crossingsBefore, JSON.stringify(clutter));
        assert.ok(clutter.inkAfter <= clutter.inkBefore + 1e-9);
      }),
    );
  });

  it('crossings are the pairs of segments whose ends change sides', () => {
    const heights = fc.integer({ min: 0, max: 8 });
    fc.assert(
      fc.property(fc.array(fc.tuple(heights, heights), { maxLength: 40 }), (segments) => {
        let count = 0;
        segments.forEach(([a, b], i) =>
          segments.slice(i + 1).forEach(([c, d]) => (count += (a - c) * (b - d) < 0 ? 1 : 0)),
        );
        assert.equal(crossings(segments), count);
      }),
    );
  });

  it('a full 3 × 3 block has 9 crossings by itself and none through a knot', () => {
    const all = [0, 1, 2];
    const clutter = clutterOf([{ sign: 1, sources: all, targets: all }], 3, 3);
    assert.deepEqual([clutter.edges, clutter.crossingsBefore, clutter.crossingsAfter], [9, 9, 0]);
    assert.ok(clutter.inkAfter < clutter.inkBefore / 2);
  });

  it('the strongest half is kept with all that are as strong as the weakest kept', () => {
    assert.deepEqual(strongestEdges([3, 1, 2, 0], 0.5), [true, false, true, false]);
    assert.deepEqual(strongestEdges([1, 1, 1], 0.34), [true, true, true]);
    assert.deepEqual(strongestEdges([0, 0], 0.5), [false, false]);
  });
});

describe('weights between channels', () => {
  const layer = (className: string, kind: 'conv' | 'dense' | 'recurrent', channelCount: number) =>
    exampleLayers([{ name: 'l', className, kind, shape: [channelCount] }])[0];

  it('a kernel is summed over its places, by sign', () => {
    const values = [1, -2, 3, 4, -5, 6, 0, -8]; // (2 places, 2 in, 2 out)
    const sums = signedWeights(layer('Conv1D', 'conv', 2), [{ name: 'kernel', shape: [2, 2, 2], values }]);
    assert.deepEqual(sums && [...sums.positive], [1, 6, 3, 4]);
    assert.deepEqual(sums && [...sums.negative], [5, 2, 0, 8]);
  });

  it('a depthwise kernel leads from each channel to its own multiples alone', () => {
    const values = [1, -2, 3, 4]; // (1, 2 in, 2 multipliers)
    const sums = signedWeights(layer('DepthwiseConv2D', 'conv', 4), [
      { name: 'depthwise_kernel', shape: [1, 1, 2, 2], values },
    ]);
    assert.deepEqual(sums && [...sums.positive], [1, 0, 0, 0, 0, 0, 3, 4]);
    assert.deepEqual(sums && [...sums.negative], [0, 2, 0, 0, 0, 0, 0, 0]);
  });

  it('in a separable convolution two negatives make a positive way', () => {
    const sums = signedWeights(layer('SeparableConv2D', 'conv', 1), [
      { name: 'depthwise_kernel', shape: [1, 1, 1, 1], values: [-2] },
      { name: 'pointwise_kernel', shape: [1, 1, 1, 1], values: [-3] },
    ]);
    assert.deepEqual(sums && [sums.positive[0], sums.negative[0]], [6, 0]);
  });

  it('a transposed kernel has outputs before inputs; a recurrent one has its gates side by side', () => {
    const transposed = signedWeights(layer('Conv2DTranspose', 'conv', 1), [
      { name: 'kernel', shape: [1, 1, 1, 2], values: [5, -7] },
    ]);
    assert.deepEqual(
      transposed && [transposed.inputCount, transposed.outputCount, ...transposed.positive],
      [2, 1, 5, 0],
    );
    const gates = signedWeights(layer('GRU', 'recurrent', 2), [
      { name: 'kernel', shape: [1, 4], values: [1, 2, 3, -4] },
    ]);
    assert.deepEqual(gates && [...gates.positive, ...gates.negative], [4, 2, 0, 4]);
  });

  it('Flatten and Concatenate tell which channel a unit comes from', () => {
    const layers = exampleLayers([
      { name: 'input', className: 'InputLayer', kind: 'input', shape: [2, 2, 1] },
      { name: 'a', className: 'Conv2D', kind: 'conv', shape: [2, 2, 2] },
      { name: 'b', className: 'Conv2D', kind: 'conv', shape: [2, 2, 3], inputs: [0] },
      { name: 'both', className: 'Concatenate', kind: 'merge', shape: [2, 2, 5], inputs: [2, 1] },
      { name: 'flat', className: 'Flatten', kind: 'reshape', shape: [20] },
    ]);
    const [b, a] = channelSources({ layers })[4];
    assert.deepEqual([b.layer, ...b.channels!.slice(0, 6)], [2, 0, 1, 2, -1, -1, 0]);
    assert.deepEqual([a.layer, ...a.channels!.slice(0, 6)], [1, -1, -1, -1, 0, 1, -1]);
  });

  it('sums over clusters hold every weight once', () => {
    const weights = {
      inputCount: 3,
      outputCount: 2,
      positive: Float64Array.of(1, 2, 3, 4, 5, 6),
      negative: new Float64Array(6),
    };
    const edges = clusterEdges({
      ...{ from: 1, to: 2, sources: [{ layer: 1, channels: Int32Array.of(0, 1, 2) }], weights },
      ...{ fromClusters: [[0, 2], [1]], toClusters: [[1], [0]], identity: false, strongest: 1 },
    });
    assert.equal(edges.kind, 'weights');
    assert.deepEqual(edges.positive, [8, 6, 4, 3]);
  });
});
