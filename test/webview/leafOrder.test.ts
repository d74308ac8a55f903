/** The clustered order of a heatmap's axes, against scipy's tree and all orders of its leaves (fixtures/makeLeafOrders.py). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  averageLinkage,
  leafOrder,
  MOST_OPTIMAL_LEAVES,
  rowDistances,
  type Tree,
} from '../../webview/marks/leafOrder.js';

interface Case {
  readonly rows: readonly (readonly number[])[];
  /** Leaves under each merge. */
  readonly clusters: readonly (readonly number[])[];
  /** The order with the smallest sum of distances between neighbours, by trying all; null where they are too many. */
  readonly shortest: readonly number[] | null;
  /** The sum that scipy's optimal_leaf_ordering reaches. */
  readonly bound: number;
}

const CASES = JSON.parse(readFileSync(new URL('fixtures/leafOrders.json', import.meta.url), 'utf8')) as Case[];

function costOf(order: readonly number[], distances: Float64Array): number {
  return order.slice(1).reduce((sum, leaf, i) => sum + distances[order[i] * order.length + leaf], 0);
}

function clustersOf({ leaves, children }: Tree): string[] {
  return children ? [[...leaves].sort((a, b) => a - b).join(), ...children.flatMap(clustersOf)] : [];
}

describe('the order of leaves', () => {
  for (const { rows, clusters, shortest, bound } of CASES) {
    it(`of ${rows.length} rows stands on scipy’s tree, and none that was found is shorter`, () => {
      const distances = rowDistances(rows);
      assert.deepEqual(
        clustersOf(averageLinkage(distances, rows.length)).sort(),
        clusters.map((leaves) => leaves.join()).sort(),
      );
      const found = leafOrder(distances, rows.length);
      assert.ok(costOf(found, distances) <= bound * (1 + 1e-12));
      if (shortest) assert.ok(Math.abs(costOf(found, distances) - costOf(shortest, distances)) < 1e-9 * bound);
      for (const leaves of clusters) {
        const places = leaves.map((leaf) => found.indexOf(leaf));
        assert.equal(Math.max(...places) - Math.min(...places), leaves.length - 1, 'a cluster stays together');
      }
    });
  }

  it('has every row once, also of equal rows, of one row and of none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 3 }), { maxLength: 20 }),
        (rows) => {
          const order = leafOrder(rowDistances(rows), rows.length);
          assert.deepEqual(
            order.sort((a, b) => a - b),
            rows.map((_, i) => i),
          );
        },
      ),
    );
  });

  it('of more rows than are ordered optimally keeps a tree’s order', () => {
    const count = MOST_OPTIMAL_LEAVES + 10;
    const rows = Array.from({ length: count }, (_, i) => [(i * 7919) % count]);
    const order = leafOrder(rowDistances(rows), count);
    assert.equal(new Set(order).size, count);
    const distances = rowDistances(rows);
    assert.ok(
      costOf(order, distances) <
        0.2 *
          costOf(
            rows.map((_, i) => i),
            distances,
          ),
    );
  });
});
