/** Clusters and orders against scipy and scikit-learn (test/fixtures/network/make.py), and what holds for any tree. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chooseCount, meanSilhouette, varianceRatio } from '../../src/analysis/network/clusterCount.js';
import { clusterLayer, type ClusterInput, type ClusterOptions } from '../../src/analysis/network/layerClusters.js';
import { optimalLeafOrder, orderLength } from '../../src/protocol/leafOrder.js';
import { cutTree, distanceMatrix, linkage } from '../../src/protocol/linkage.js';
import { LINKAGES } from '../../src/protocol/network.js';
import { expected } from './expected.js';

function near(actual: number, wanted: number, what: string): void {
  assert.ok(Math.abs(actual - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted)), `${what}: ${actual}, not ${wanted}`);
}

describe('clusters of channels', () => {
  for (const [
    i,
    { rows, method, linkage: wanted, shortest, scipyOrder, scipyLength, counts },
  ] of expected.trees.entries()) {
    const n = rows.length;
    const distances = distanceMatrix(rows);
    const merges = linkage(distances, n, method);

    it(`${method} linkage of ${n} rows is scipy’s (tree ${i})`, () => {
      assert.equal(merges.length, wanted.length);
      merges.forEach(([a, b, height, size], m) => {
        assert.deepEqual([a, b, size], [wanted[m][0], wanted[m][1], wanted[m][3]]);
        near(height, wanted[m][2], `height of join ${m}`);
      });
    });

    it(`the leaf order of tree ${i} is the shortest that there is, and scipy’s where scipy’s is as short`, () => {
      const own = optimalLeafOrder(merges, distances, n);
      near(orderLength(own, distances, n), shortest, 'length');
      if (scipyLength > shortest + 1e-9) return;
      assert.deepEqual(own, scipyOrder[0] <= scipyOrder[n - 1] ? scipyOrder : [...scipyOrder].reverse());
    });

    it(`silhouette and variance ratio of tree ${i} are scikit-learn’s at every number of clusters`, () => {
      for (const { clusters, silhouette, calinskiHarabasz } of counts) {
        const labels = cutTree(merges, n, clusters);
        near(meanSilhouette(labels, distances), silhouette, `silhouette of ${clusters}`);
        near(varianceRatio(labels, rows), calinskiHarabasz, `variance ratio of ${clusters}`);
      }
    });

    it(`the criterion takes the number with its highest value (tree ${i})`, () => {
      const best = (value: (one: (typeof counts)[number]) => number): number | undefined =>
        counts.reduce<(typeof counts)[number] | undefined>((a, b) => (!a || value(b) > value(a) ? b : a), undefined)
          ?.clusters;
      const chosen = (criterion: 'silhouette' | 'calinski-harabasz'): number =>
        chooseCount(merges, rows, distances, criterion).clusters;
      assert.equal(chosen('silhouette'), best((one) => one.silhouette) ?? 1);
      assert.equal(chosen('calinski-harabasz'), best((one) => one.calinskiHarabasz) ?? 1);
    });
  }

  const matrices = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 })).chain(([n, d]) =>
    fc.array(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: d, maxLength: d }), {
      minLength: n,
      maxLength: n,
    }),
  );

  it('the optimal order is a permutation that keeps every join together, and no flip of a join is shorter', () => {
    fc.assert(
      fc.property(matrices, fc.constantFrom(...LINKAGES), (rows, method) => {
        const n = rows.length;
        const distances = distanceMatrix(rows);
        const merges = linkage(distances, n, method);
        const order = optimalLeafOrder(merges, distances, n);
        assert.deepEqual(
          [...order].sort((a, b) => a - b),
          [...order.keys()],
        );
        const members: number[][] = Array.from({ length: n }, (_, i) => [i]);
        for (const [a, b] of merges) {
          members.push([...members[a], ...members[b]]);
          const places = members
            .at(-1)!
            .map((leaf) => order.indexOf(leaf))
            .sort((x, y) => x - y);
          assert.equal(places.at(-1)! - places[0], places.length - 1);
          const flipped = [...order];
          flipped.splice(places[0], places.length, ...order.slice(places[0], places[0] + places.length).reverse());
          assert.ok(orderLength(flipped, distances, n) >= orderLength(order, distances, n) - 1e-9);
        }
      }),
    );
  });

  it('every live channel is in exactly one cluster, dead and undefined ones in none', () => {
    fc.assert(
      fc.property(matrices, fc.nat({ max: 9 }), fc.nat({ max: 9 }), (rows, dead, count) => {
        const layer = clustered(rows, { dead: [dead % rows.length], count: count === 0 ? null : count });
        const members = layer.clusters.flatMap(({ channels }) => channels);
        const live = rows.map((_, c) => c).filter((c) => c !== dead % rows.length);
        assert.deepEqual(
          [...members].sort((a, b) => a - b),
          live,
        );
        if (count > 0 && live.length > 0) assert.equal(layer.clusters.length, Math.min(count, live.length));
      }),
    );
  });

  it('a channel without a finite mean is in no cluster, and a class without any is left out', () => {
    const layer = clustered(
      [
        [1, NaN, 0],
        [2, NaN, 1],
        [NaN, NaN, NaN],
      ],
      {},
    );
    assert.deepEqual(layer.undefinedChannels, [2]);
    assert.deepEqual([...layer.classOrder].sort(), [0, 2]);
    assert.equal(layer.clusters.flatMap(({ channels }) => channels).length, 2);
  });

  it('channels that answer alike are together whatever their size, unless size is asked for', () => {
    const rows = [
      [1, 0, 0],
      [100, 1, 0],
      [0, 0, 1],
      [0, 1, 100],
    ];
    const groups = (scale: 'share' | 'none'): string[] =>
      clustered(rows, { scale, count: 2 })
        .clusters.map(({ channels }) => [...channels].sort().join())
        .sort();
    assert.deepEqual(groups('share'), ['0,1', '2,3']);
    assert.notDeepEqual(groups('none'), ['0,1', '2,3']);
  });

  it('a channel that is moved is in the cluster it was moved to, and one further than there are is a new one', () => {
    const rows = [
      [1, 0],
      [1, 0.1],
      [0, 1],
      [0.1, 1],
    ];
    const before = clustered(rows, { count: 2 });
    const from = before.clusters.findIndex(({ channels }) => channels.includes(0));
    const moved = clustered(rows, { count: 2, moves: [[0, 1 - from]] });
    assert.ok(moved.clusters[1 - from].channels.includes(0));
    assert.deepEqual(moved.clusters[1 - from].moved, [0]);
    assert.deepEqual(clustered(rows, { count: 2, moves: [[0, 7]] }).clusters[2].channels, [0]);
  });
});

function clustered(
  rows: readonly (readonly number[])[],
  { dead = [], ...options }: Partial<ClusterOptions> & { dead?: readonly number[] },
): ReturnType<typeof clusterLayer> {
  const input: ClusterInput = {
    ...{ layer: 1, channelCount: rows.length, classCount: rows[0].length, dead, n: 10, receptiveField: null },
    means: Float64Array.from(rows.flat()),
  };
  const defaults = {
    linkage: 'average',
    criterion: 'silhouette',
    scale: 'share',
    count: null,
    eachUnit: false,
    moves: [],
  } as const;
  return clusterLayer(input, { ...defaults, ...options });
}
