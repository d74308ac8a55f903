/** Marks of charts: where lines, gaps, ticks and labels lie. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dodge } from '../../webview/marks/dodge.js';
import { hatchPath } from '../../webview/marks/hatch.js';
import { cursorPoints, labelsAtCursor, lineCursor } from '../../webview/marks/lineCursor.js';
import { epochTicks, lineChartMarks, type LineChartSpec, type LineSeries } from '../../webview/marks/lineChart.js';
import { gapRuns } from '../../webview/marks/lineGaps.js';
import { inkOf, inkPaths, pixelsOf } from '../../webview/marks/pictures.js';
import { cursorPath, panelPlaces, panelStrokes, type Panel } from '../../webview/marks/smallMultiples.js';

function series(values: readonly (number | null)[], more: Partial<LineSeries> = {}): LineSeries {
  return { id: 'a', label: 'a', tone: 'accent', points: values.map((value, epoch) => ({ epoch, value })), ...more };
}

function chart(some: readonly LineSeries[], more: Partial<LineChartSpec> = {}): LineChartSpec {
  const last = Math.max(...some.flatMap((one) => one.points.map((point) => point.epoch)));
  return {
    series: some,
    width: 700,
    height: 250,
    epochs: [0, last],
    format: 'bits',
    labelWidth: 200,
    ...more,
  };
}

describe('dodged labels', () => {
  const wanted = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 15 });

  it('do not overlap and stay in their room', () => {
    fc.assert(
      fc.property(wanted, (places) => {
        const centres = dodge(
          places,
          places.map(() => 15),
          0,
          300,
        ).sort((a, b) => a - b);
        for (let i = 1; i < centres.length; i++) assert.ok(centres[i] - centres[i - 1] >= 15 - 1e-6);
        assert.ok(centres[0] >= 7.5 - 1e-6 && centres[centres.length - 1] <= 292.5 + 1e-6);
      }),
    );
  });

  it('keep the order of what they want, and do not move without need', () => {
    assert.deepEqual(dodge([10, 100, 200], [15, 15, 15], 0, 300), [10, 100, 200]);
    const [a, b, c] = dodge([50, 51, 52], [15, 15, 15], 0, 300);
    assert.deepEqual([a, b, c], [36, 51, 66]);
  });
});

describe('line charts', () => {
  it('break the line where there is no value and hatch the gap, so that no NaN is drawn', () => {
    const marks = lineChartMarks(chart([series([1, 2, null, null, 3, 4])]));
    assert.equal(marks.lines[0].path.match(/M/g)?.length, 2);
    assert.equal(marks.gaps.length, 1);
    assert.ok(!JSON.stringify(marks).includes('NaN'));
  });

  it('show a value without neighbours as a dot', () => {
    const marks = lineChartMarks(chart([series([null, 2, null, 3])]));
    assert.deepEqual(marks.dots.length, 2);
  });

  it('have a place for everything when no value is defined at all', () => {
    const marks = lineChartMarks(chart([series([null, null, null])]));
    assert.ok(!/NaN|Infinity/.test(JSON.stringify(marks)));
    assert.equal(lineCursor(marks, cursorPoints([series([null, null, null])]), 1, 'bits').values[0].value, 'no value');
    assert.equal(marks.gaps.length, 1);
  });

  it('have a cursor whose knobs lie on the lines, and whose labels tell the values there', () => {
    const lines = [series([1, 2, 4]), { ...series([3, null, 1]), id: 'b' }];
    const marks = lineChartMarks(chart(lines));
    const { x, points, values } = lineCursor(marks, cursorPoints(lines), 1, 'bits');
    assert.equal(x, marks.xOf(1));
    assert.deepEqual(
      points.map(({ y }) => y),
      [marks.yOf(2)],
    );
    assert.deepEqual(
      values.map(({ value }) => value),
      ['2.00', 'no value'],
    );
  });

  it('have labels beside the cursor, at the heights of the lines there, and none over another', () => {
    // They cross: at its end each line is where the other one is at the cursor.
    const lines = [series([4, 0, 0]), { ...series([0, 4, 4]), id: 'b' }];
    const marks = lineChartMarks(chart(lines));
    const at = (epoch: number) => labelsAtCursor(marks, lineCursor(marks, cursorPoints(lines), epoch, 'bits'));
    for (const epoch of [0, 1, 2]) {
      const labels = at(epoch);
      assert.ok(labels.every(({ x }) => x > marks.xOf(epoch) && x < marks.xOf(epoch) + 30));
      labels.forEach(({ y }, i) => {
        const height = marks.yOf(lines[i].points[epoch].value ?? NaN);
        assert.ok(Math.abs(y - 4 - height) <= 8, `line ${i} at epoch ${epoch}: ${y} beside ${height}`);
      });
    }
    const equal = [series([1, 2]), { ...series([1, 3]), id: 'b' }, { ...series([1, null]), id: 'c' }];
    const crowd = lineChartMarks(chart(equal));
    for (const epoch of [0, 1]) {
      const ys = labelsAtCursor(crowd, lineCursor(crowd, cursorPoints(equal), epoch, 'bits')).map(({ y }) => y);
      const sorted = [...ys].sort((a, b) => a - b);
      assert.ok(
        sorted.slice(1).every((y, i) => y - sorted[i] >= 15 - 1e-6),
        sorted.join(),
      );
      assert.ok(ys.every((y) => y > crowd.plot.y && Number.isFinite(y)));
    }
  });

  it('never leave the plot, whatever the values', () => {
    const value = fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { nil: null, freq: 4 });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 220, max: 1500 }),
        (values, width) => {
          const marks = lineChartMarks(chart([series(values)], { width }));
          const { plot } = marks;
          for (const [, x, y] of marks.lines[0].path.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)) {
            assert.ok(Number(x) >= plot.x - 0.1 && Number(x) <= plot.x + plot.width + 0.1);
            assert.ok(Number(y) >= plot.y - 0.1 && Number(y) <= plot.y + plot.height + 0.1);
          }
        },
      ),
    );
  });

  it('find the epoch under a pixel that they drew at it', () => {
    const marks = lineChartMarks(chart([series(Array.from({ length: 31 }, (_, i) => i))]));
    for (const tick of marks.xTicks) assert.equal(marks.epochAt(tick.x), Number(tick.text));
    assert.equal(marks.epochAt(-1000), 0);
    assert.equal(marks.epochAt(5000), 30);
  });

  it('give every series its lane when classes are never predicted', () => {
    const marks = lineChartMarks(
      chart([series([null, null, 1, 1]), series([1, 1, 1, 1], { id: 'b' }), series([null, 1, null, 1], { id: 'c' })], {
        gapLanes: true,
      }),
    );
    assert.deepEqual(
      marks.gaps.map((gap) => gap.id),
      ['a', 'c', 'c'],
    );
    assert.ok(marks.gaps.every((gap) => gap.y + gap.height <= marks.plot.y));
  });

  it('join neighbouring undefined epochs', () => {
    assert.deepEqual(gapRuns(series([null, 1, null, null, 2, null]).points), [
      [0, 0],
      [2, 3],
      [5, 5],
    ]);
  });

  it('put ticks at whole epochs, no more than fit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 60, max: 1000 }), (last, width) => {
        const ticks = epochTicks(0, last, width);
        assert.ok(ticks.every(Number.isInteger) && ticks[0] === 0);
        assert.ok(ticks.length <= width / 44 + 2);
      }),
    );
  });
});

describe('small multiples', () => {
  const panel = (id: number): Panel => ({
    id: String(id),
    title: `channel ${id}`,
    value: '1.00',
    lines: [
      {
        tone: 'accent',
        points: [
          { epoch: 0, value: 1 },
          { epoch: 1, value: null },
          { epoch: 2, value: 5 },
        ],
      },
    ],
    shaded: [[1, 2]],
  });
  const grid = (count: number, width: number) =>
    panelPlaces({ count, width, panelHeight: 100, minPanelWidth: 98, maxColumns: 4, gap: 34 });

  it('stay inside their width and do not overlap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 160, max: 1400 }), (count, width) => {
        const { places, height } = grid(count, width);
        for (const { plot } of places) assert.ok(plot.x + plot.width <= width && plot.y + plot.height <= height);
        assert.equal(new Set(places.map(({ plot }) => `${plot.x} ${plot.y}`)).size, count);
      }),
    );
  });

  it('write numbers once a row and once a column', () => {
    const { places, columns } = grid(10, 700);
    assert.equal(columns, 4);
    assert.deepEqual(
      places.flatMap((one, i) => (one.showsY ? [i] : [])),
      [0, 4, 8],
    );
    assert.deepEqual(
      places.flatMap((one, i) => (one.showsX ? [i] : [])),
      [6, 7, 8, 9],
    );
  });

  it('have a gap where there is no value, a band where every map is constant, and a cursor at its epoch', () => {
    const { places } = grid(1, 300);
    const [{ plot }] = places;
    const { gaps, shaded, lines } = panelStrokes(panel(0), plot, { epochs: [0, 2], ceiling: 5 });
    assert.deepEqual([gaps.length, shaded.length, lines[0].path.split('M').length - 1], [1, 1, 2]);
    const at = (epoch: number): number =>
      Math.round((100 * (parseFloat(cursorPath(places, [0, 2], epoch).slice(1)) - plot.x)) / plot.width) / 100;
    assert.deepEqual([at(0), at(1), at(2), at(7)], [0, 0.5, 1, 1]);
    assert.equal(cursorPath(grid(5, 900).places, [0, 2], 1).split('M').length, 6);
  });
});

describe('pictures', () => {
  const stack = {
    width: 2,
    height: 2,
    planes: 1 as const,
    count: 3,
    values: Float32Array.of(0, 1, 2, 4, 7, 7, 7, 7, 0, NaN, 1, 1),
    minimum: 0,
    maximum: 8,
    n: [5, 5, 0],
  };

  it('are ink over their own range, or the stack’s', () => {
    assert.deepEqual([...(inkOf(stack, 0, 'own') ?? [])], [0, 0.25, 0.5, 1]);
    assert.deepEqual([...(inkOf(stack, 0, 'shared') ?? [])], [0, 0.125, 0.25, 0.5]);
  });

  it('have no value where nothing was averaged, and no ink where all is equal', () => {
    assert.equal(inkOf(stack, 2, 'own'), null);
    assert.equal(pixelsOf(stack, 2, 'own', [0, 0, 0]), null);
    assert.deepEqual([...(inkOf(stack, 1, 'own') ?? [])], [0, 0, 0, 0]);
  });

  it('never let a NaN through', () => {
    const ink = inkOf({ ...stack, n: [5, 5, 5] }, 2, 'own');
    assert.deepEqual([...(ink ?? [])], [0, 0, 1, 1]);
  });

  it('become one path a level of ink', () => {
    const levels = inkPaths(Float32Array.of(0, 0.5, 1, 1), 2, 2, 10, 14, 2);
    assert.deepEqual(
      levels.map((level) => level.opacity),
      [0.5, 1],
    );
    assert.equal(levels[1].path.match(/M/g)?.length, 2);
  });

  it('keep their colours when they have three planes', () => {
    const colour = {
      ...stack,
      width: 1,
      height: 1,
      planes: 3 as const,
      count: 1,
      values: Float32Array.of(0, 4, 8),
      n: [1],
    };
    assert.deepEqual([...(pixelsOf(colour, 0, 'shared', [9, 9, 9]) ?? [])], [0, 128, 255, 255]);
  });
});

describe('hatching', () => {
  it('stays inside its box', () => {
    const size = fc.double({ min: 1, max: 300, noNaN: true });
    fc.assert(
      fc.property(size, size, size, size, (x, y, width, height) => {
        for (const [, px, py] of hatchPath(x, y, width, height).matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)) {
          assert.ok(Number(px) >= x - 0.01 && Number(px) <= x + width + 0.01);
          assert.ok(Number(py) >= y - 0.01 && Number(py) <= y + height + 0.01);
        }
      }),
    );
  });
});
