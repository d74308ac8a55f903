/** The information plane's enlarged corner: every crowded layer has its name there, and names do not lie over each other. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { planeMarks, type PlaneSpec } from '../../webview/marks/informationPlane.js';

describe('the enlarged corner of the information plane', () => {
  /** Layers whose last points lie together, and one apart. */
  const spec = (count: number): PlaneSpec => ({
    ...{ width: 460, height: 330, foot: 30, xCeiling: 10, yCeiling: 3.3, cursorEpoch: 2 },
    paths: Array.from({ length: count + 1 }, (_, i) => ({
      ...{ id: i, name: `layer_${i}` },
      points: [0, 1, 2].map((epoch) =>
        i === count
          ? { epoch, x: 2, y: 3 }
          : { epoch, x: 5 + 0.3 * epoch + 0.05 * (i % 4), y: 1 + 0.2 * epoch + 0.02 * i },
      ),
    })),
  });

  it('names all that crowd, each on a line of its own inside the corner', () =>
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 14 }), (count) => {
        const { inset, main } = planeMarks(spec(count));
        assert.ok(inset);
        assert.equal(inset.labels.length, count);
        assert.deepEqual(
          main.labels.map(({ text }) => text),
          [`layer_${count}`],
        );
        const ys = inset.labels.map(({ y }) => y).sort((a, b) => a - b);
        ys.slice(1).forEach((y, i) => assert.ok(y - ys[i] >= 13.9, `${y - ys[i]} pixels apart`));
        assert.ok(ys[0] >= inset.plot.y && ys[ys.length - 1] <= inset.plot.y + inset.plot.height);
      }),
    ));
  it('puts many names in a column, with a line to each dot', () => {
    const labels = planeMarks(spec(9)).inset?.labels ?? [];
    assert.equal(new Set(labels.map(({ x }) => x)).size, 1);
    assert.ok(labels.every(({ leader }) => leader !== ''));
  });
  it('stands under the plot where every corner would hide a path, though no dot', () => {
    const crowd = spec(4);
    const corners = [
      [2, 1],
      [9.6, 3.3],
      [2, 3.2],
      [9.6, 1.05],
    ];
    const across = { id: 9, name: 'across', points: corners.map(([x, y], epoch) => ({ epoch, x, y })) };
    const free = planeMarks(crowd).inset;
    assert.equal(free?.isBelow, false);
    const { inset, main } = planeMarks({ ...crowd, paths: [...crowd.paths, across] });
    assert.equal(inset?.isBelow, true);
    assert.ok(inset.plot.y >= main.plot.y + main.plot.height + 30);
    assert.ok(Math.abs(inset.factor.x * inset.source.width - inset.plot.width) < inset.plot.width / 2);
  });
});
