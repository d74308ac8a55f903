/** The network view's marks as data: packing, what is visible, edges summed over stages, places, keys. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { exampleNetwork } from '../gallery/exampleNetwork.js';
import { exampleRun } from '../gallery/exampleRun.js';
import { curvePath, edgeCurves, tracesOf } from '../../webview/marks/networkEdges.js';
import { itemEdges, visibleItems } from '../../webview/marks/networkItems.js';
import { placeNetwork } from '../../webview/marks/networkLayout.js';
import { packPatches } from '../../webview/marks/patchPacking.js';
import { boxSizes } from '../../webview/views/network/cardSizes.js';
import { activationWords, endName } from '../../webview/views/network/networkWords.js';
import { readoutLeft } from '../../webview/views/network/readoutPlace.js';
import { nextCard } from '../../webview/views/network/boardKeys.js';
import { FIRST_CHOICE, withCount, withMove } from '../../webview/views/network/networkChoice.js';
import { hashOf, stateOf } from '../../webview/host/link.js';

const STAGE = 'residual block: conv2d_2';
const run = exampleRun();
const result = exampleNetwork(run, { epoch: null }, {});

function board(open: readonly string[]) {
  const items = visibleItems(result, new Set(open));
  const edges = itemEdges(result, items, 0.5);
  const places = placeNetwork(boxSizes(result, items, false, 10), edges);
  return { items, edges, places, curves: edgeCurves(edges, places, 'both') };
}

describe('the network view', () => {
  it('a packing closes its rectangle: every cell is covered once, every channel is there', () => {
    const cases = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 9 }), fc.nat());
    fc.assert(
      fc.property(cases, ([count, columns, turn]) => {
        const ranks = Array.from({ length: count }, (_, i) => (i * 7 + turn) % count);
        const packing = packPatches(ranks, columns);
        const cells = new Array<number>(packing.columns * packing.rows).fill(0);
        for (const { x, y, side } of packing.patches)
          for (let row = y; row < y + side; row++)
            for (let column = x; column < x + side; column++) cells[row * columns + column]++;
        assert.deepEqual(new Set(cells), new Set([1]));
        assert.equal(new Set(packing.patches.map(({ channel }) => channel)).size, count);
        const keys = packing.patches.map(({ channel, patch }) => `${channel} ${patch}`);
        assert.equal(new Set(keys).size, keys.length);
      }),
    );
  });

  it('columns stand farther apart where there is room, in their order and never beyond it', () => {
    const { items, edges, places: close } = board([]);
    const sizes = boxSizes(result, items, false, 10);
    for (const room of [0, close.width - 1, close.width + 100, close.width + 5000]) {
      const places = placeNetwork(sizes, edges, room);
      assert.ok(places.width <= Math.max(room, close.width) + 1, `${places.width} of ${room}`);
      assert.ok(room <= close.width || places.width > close.width);
      const order = ({ boxes }: typeof places): string[] =>
        [...boxes.values()].sort((a, b) => a.x + a.width / 2 - b.x - b.width / 2 || a.y - b.y).map(({ id }) => id);
      assert.deepEqual(order(places), order(close));
    }
  });

  it('a closed stage stands for its layers, an open one shows them', () => {
    const names = (open: string[]): string[] => visibleItems(result, new Set(open)).map(({ id }) => id);
    assert.deepEqual(names([]), ['layer 0', 'layer 1', `stage ${STAGE}`, 'layer 10', 'layer 11']);
    assert.deepEqual(names([STAGE]), [
      'layer 0',
      'layer 1',
      'layer 3',
      'layer 4',
      'layer 5',
      'layer 6',
      'layer 10',
      'layer 11',
    ]);
  });

  it('closing a stage loses no weight that crosses its border', () => {
    const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
    const inside = new Set(result.stages[0].layers);
    const crossing = result.edges.filter(({ from, to }) => inside.has(from) !== inside.has(to));
    const closed = board([]).edges.filter(({ from, to }) => [from, to].includes(`stage ${STAGE}`));
    for (const sign of ['positive', 'negative'] as const) {
      const [wanted, actual] = [crossing, closed].map((all) => sum(all.flatMap((one) => one[sign])));
      assert.ok(Math.abs(wanted - actual) < 1e-9 * wanted, `${sign}: ${actual}, not ${wanted}`);
    }
  });

  it('boxes do not lie on each other, and every edge runs from left to right', () => {
    for (const open of [[], [STAGE]]) {
      const { places, curves } = board(open);
      const boxes = [...places.boxes.values()];
      boxes.forEach((a, i) =>
        boxes.slice(i + 1).forEach((b) => {
          const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
          assert.ok(apart, `${a.id} lies on ${b.id}`);
        }),
      );
      for (const { points } of curves)
        points.slice(1).forEach(([x], i) => assert.ok(x >= points[i][0], curvePath({ ...curves[0], points })));
    }
  });

  it('a trace holds the clusters at the other ends of a cluster’s curves, and is mutual', () => {
    const traces = tracesOf(board([STAGE]).curves);
    for (const [key, { ends }] of traces) {
      assert.ok(ends.has(key));
      for (const end of ends) assert.ok(traces.get(end)?.ends.has(key), `${end} does not lead back to ${key}`);
    }
  });

  it('keys lead from card to card and stop at the edges of the board', () => {
    const { places } = board([]);
    assert.equal(nextCard('layer 0/0', 'ArrowLeft', places), null);
    assert.equal(nextCard('layer 1/0', 'ArrowUp', places), null);
    assert.equal(nextCard('layer 1/0', 'ArrowDown', places), 'layer 1/1');
    assert.match(nextCard('layer 1/0', 'ArrowRight', places) ?? '', /^stage/);
  });

  it('a channel has one place by hand, and another number of clusters forgets the moves of its layer', () => {
    const moves = withMove(withMove([], 3, 5, 1), 3, 5, 2);
    assert.deepEqual(moves, [[3, 5, 2]]);
    const choice = { ...FIRST_CHOICE, moves: [...moves, [4, 0, 1] as [number, number, number]] };
    assert.deepEqual(withCount(choice, 3, 6), { counts: [[3, 6]], moves: [[4, 0, 1]] });
    assert.deepEqual(withCount({ ...choice, counts: [[3, 6]] }, 3, null).counts, []);
  });

  it('a link keeps what was chosen; one that was cut off begins anew', () => {
    const network = {
      ...FIRST_CHOICE,
      cards: 'activations' as const,
      facet: 3,
      stages: [STAGE],
      moves: withMove([], 1, 2, 0),
    };
    const state = { view: 'network' as const, query: 'dCNN(-, -, -, -)', measure: 'inter' as const, epoch: 4, network };
    assert.deepEqual(stateOf(hashOf(state))?.network, network);
    assert.equal(stateOf('#view=network&query=dCNN&network={"cards":')?.network, undefined);
  });
});

describe('the words of the network view', () => {
  const named = { layers: run.manifest.layers, classNames: Array.from({ length: 10 }, (_, i) => `class ${i}`) };

  it('name a unit that answers a class by its class, and a cluster by its letter', () => {
    const { items } = board([STAGE]);
    const nameOf = (units: boolean): string => {
      const clusters = result.layers.find((one) => (one.countBy === 'units') === units && one.clusters.length > 1)!;
      const item = items.find((one) => one.kind === 'layer' && one.layer === clusters.layer)!;
      return endName(item, 1, result, named);
    };
    assert.match(nameOf(true), / class 1$/);
    assert.match(nameOf(false), / B$/);
  });

  it('name the classes of a strip, of many the first and the last', () => {
    assert.match(activationWords({ classNames: ['cat', 'dog'] }), /from left to right: cat, dog$/);
    const many = Array.from({ length: 100 }, (_, i) => String(i));
    assert.match(activationWords({ classNames: many }), /: 0, 1, 2, …, 99$/);
    assert.equal(activationWords({ classNames: [] }), 'over all probes');
  });

  it('stand beside a cluster, on the side of fewer edges where there is room', () => {
    const sight = { left: 0, width: 1000 };
    const at = (x: number, wantsLeft: boolean): number => readoutLeft({ x, width: 100 }, sight, wantsLeft);
    assert.ok(at(500, true) < 500 && at(500, false) > 600);
    assert.ok(at(50, true) > 150, 'no room at the left');
    assert.ok(at(850, false) < 850, 'no room at the right');
  });
});
