/** Layouts: lanes of the network, slabs of the hypercube, cells of a strip. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { allOf } from '../../webview/selection/bands.js';
import {
  project,
  slabAt,
  slabLabels,
  slabMarks,
  unproject,
  type SlabSpec,
} from '../../webview/views/query/hypercube/slabs.js';
import { networkLayout, type LayoutNode } from '../../webview/views/query/network/networkLayout.js';
import { networkMarks } from '../../webview/views/query/network/networkMarks.js';
import { bandBox, cellAt, edgeAt, offsetShowing, stripLayout } from '../../webview/views/query/slice/stripLayout.js';
import { RESIDUAL_LAYERS } from '../gallery/exampleRun.js';

function nodes(inputs: readonly (readonly number[])[]): LayoutNode[] {
  return inputs.map((from, index) => ({ index, inputs: from }));
}

const graphs = fc
  .array(fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 25 })
  .map((rows) => nodes([[], ...rows.map((row, i) => [...new Set(row.map((value) => value % (i + 1)))])]));

describe('network layout', () => {
  it('keeps a chain on one lane', () => {
    const layout = networkLayout(nodes([[], [0], [1], [2]]));
    assert.deepEqual(layout.lanes, [0, 0, 0, 0]);
    assert.equal(layout.laneCount, 1);
  });

  it('drops a shortcut’s layer by a lane and brings it back', () => {
    const layout = networkLayout(RESIDUAL_LAYERS);
    assert.deepEqual(layout.lanes, [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    assert.equal(layout.laneCount, 2);
  });

  it('gives an identity shortcut a lane of its own', () => {
    const layout = networkLayout(nodes([[], [0], [1], [0, 2]]));
    assert.deepEqual(
      layout.edges.filter((edge) => edge.skips),
      [{ from: 0, to: 3, lane: 1, skips: true }],
    );
  });

  it('lays shortcuts that follow each other on the same lane, nested ones on two', () => {
    assert.equal(networkLayout(nodes([[], [0], [0, 1], [2], [2, 3]])).laneCount, 2);
    assert.equal(networkLayout(nodes([[], [0], [1], [1, 2], [0, 3]])).laneCount, 3);
  });

  it('draws every edge of any graph, and no wire through a layer that it passes by', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const layout = networkLayout(graph);
        assert.equal(
          layout.edges.length,
          graph.reduce((sum, node) => sum + node.inputs.length, 0),
        );
        for (const edge of layout.edges) {
          const onLane = graph.filter(
            ({ index }) => index > edge.from && index < edge.to && layout.lanes[index] === edge.lane,
          );
          assert.deepEqual(onLane, [], `edge ${edge.from}→${edge.to} on lane ${edge.lane}`);
        }
      }),
    );
  });

  it('has marks for a layer in each column', () => {
    const marks = networkMarks(RESIDUAL_LAYERS, 100);
    assert.equal(marks.glyphs.length, 12);
    assert.equal(marks.width, 1200);
    assert.equal(marks.wires.filter((wire) => wire.label).length, 1);
  });
});

describe('slabs', () => {
  const spec = (more: Partial<SlabSpec> = {}): SlabSpec => ({
    width: 400,
    height: 222,
    channelCounts: RESIDUAL_LAYERS.map((layer) => layer.channelCount),
    rowCount: 10,
    layers: [[3, 3]],
    rows: [[3, 3]],
    channels: (count) => (count === 16 ? [[0, 7]] : allOf(count)),
    ...more,
  });

  it('turn a point back into the label and channel it was drawn for', () => {
    const slab = slabMarks(spec()).slabs[3];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 9 }), (channel, row) => {
        const at = project(slab, (channel + 0.5) / 16, (row + 0.5) / 10);
        assert.deepEqual(unproject(slab, at, 16, 10), { channel, row });
      }),
    );
  });

  it('lie inside their picture, for any network', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 4096 }), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(counts, fc.nat(), (channelCounts, some) => {
        const layer = some % channelCounts.length;
        const { slabs } = slabMarks(spec({ channelCounts, layers: [[layer, layer]] }));
        for (const slab of slabs) {
          assert.ok(slab.origin.x + slab.depth.x <= 400.01, 'right');
          assert.ok(slab.origin.y + slab.depth.y >= 0, 'top');
          assert.ok(slab.origin.y + slab.rise <= 222, 'bottom');
        }
      }),
    );
  });

  it('are deeper the more channels they have', () => {
    const { slabs } = slabMarks(spec({ channelCounts: [1, 8, 64, 512] }));
    const depths = slabs.map((slab) => slab.depth.x);
    assert.deepEqual(
      depths,
      [...depths].sort((a, b) => a - b),
    );
  });

  it('hold one block a pair of bands, and grips at the first', () => {
    const marks = slabMarks(
      spec({
        rows: [
          [1, 2],
          [5, 9],
        ],
      }),
    );
    assert.equal(marks.slabs[3].blocks.length, 2);
    assert.equal(marks.slabs[2].blocks.length, 0);
    assert.ok(marks.grips.some((grip) => grip.side === 'channel-to'));
  });

  it('are found under the pointer, the front one first', () => {
    const marks = slabMarks(spec());
    const at = project(marks.slabs[3], 0.5, 0.5);
    assert.equal(slabAt(marks, at)?.layer, 3);
    assert.equal(slabAt(marks, { x: 1, y: 1 }), null);
  });

  it('are numbered without numbers running into each other', () => {
    const channelCounts = Array.from({ length: 50 }, () => 16);
    const labels = slabLabels(
      slabMarks(
        spec({
          channelCounts,
          layers: [
            [12, 14],
            [30, 30],
          ],
        }),
      ),
    );
    const xs = labels.map((label) => label.x).sort((a, b) => a - b);
    for (let i = 1; i < xs.length; i++) assert.ok(xs[i] - xs[i - 1] >= 17);
    assert.deepEqual(
      labels.filter((label) => label.chosen).map((label) => label.text),
      ['12–14', '30'],
    );
  });
});

describe('strip layout', () => {
  it('shows everything that fits, else a page', () => {
    assert.deepEqual(stripLayout(700, 16, { minCell: 40, offset: 0 }), {
      cellWidth: 43.75,
      offset: 0,
      visible: 16,
      paged: false,
    });
    assert.deepEqual(stripLayout(700, 512, { minCell: 40, offset: 600 }), {
      cellWidth: 700 / 17,
      offset: 495,
      visible: 17,
      paged: true,
    });
    assert.equal(stripLayout(700, 2000, { minCell: 40, offset: 0, thins: true }).visible, 2000);
  });

  it('finds the cell that a pixel lies in', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        fc.integer({ min: 0, max: 600 }),
        fc.double({ min: -50, max: 800, noNaN: true }),
        (count, offset, x) => {
          const layout = stripLayout(700, count, { minCell: 40, offset });
          const cell = cellAt(layout, x);
          assert.ok(cell >= layout.offset && cell < layout.offset + layout.visible && cell < count);
          const box = bandBox(layout, [cell, cell]);
          assert.ok(box);
          if (x >= 0 && x < 700) assert.ok(box.left <= x + 1e-6 && x <= box.right + 1e-6);
        },
      ),
    );
  });

  it('takes the nearer edge of the nearest band, and none of one that runs out of sight', () => {
    const layout = stripLayout(400, 10, { minCell: 10, offset: 0 });
    assert.deepEqual(edgeAt(layout, [[2, 4]], 82), { band: 0, side: 'from' });
    assert.deepEqual(edgeAt(layout, [[2, 4]], 197), { band: 0, side: 'to' });
    assert.equal(edgeAt(layout, [[2, 4]], 140), null);
    const page = stripLayout(400, 100, { minCell: 40, offset: 20 });
    assert.equal(edgeAt(page, [[5, 40]], 0), null);
  });

  it('moves the page no more than needed', () => {
    const page = stripLayout(400, 100, { minCell: 40, offset: 20 });
    assert.equal(offsetShowing(page, 25), 20);
    assert.equal(offsetShowing(page, 30), 21);
    assert.equal(offsetShowing(page, 3), 3);
  });
});
