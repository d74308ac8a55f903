/** The layer view's marks: order, pixels, hatching, histogram, bars, colours; its questions and its words. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DistanceMiValue } from '../../src/protocol/measure.js';
import type { PictureStack } from '../../src/protocol/viewer.js';
import { parseQuery } from '../../src/protocol/queryText.js';
import { colourSteps, type Rgb } from '../../webview/marks/colourSteps.js';
import { axesOrder, MOST_OPTIMAL_CHANNELS, type Matrix } from '../../webview/marks/axesOrder.js';
import { cellHistogram } from '../../webview/marks/cellHistogram.js';
import { heatmapBars } from '../../webview/marks/heatmapBars.js';
import {
  cellsHatch,
  heatmapCells,
  heatmapPixels,
  LEVELS,
  levelOf,
  levelPaths,
  NO_LEVEL,
  paletteOf,
} from '../../webview/marks/heatmapCells.js';
import { heatmapFrame, type HeatmapFrameSpec } from '../../webview/marks/heatmapFrame.js';
import { hashOf, stateOf } from '../../webview/host/link.js';
import { mostAlike, pearson } from '../../webview/marks/correlation.js';
import { sharedMarks } from '../../webview/marks/sharedBits.js';
import { deadAt } from '../../webview/views/layers/deadChannels.js';
import { channelStack, correlationToFirst, filterRows, type FilterRow } from '../../webview/views/layers/filterRows.js';
import { scaleTicks } from '../../webview/marks/scaleTicks.js';
import { epochMap } from '../../webview/marks/epochMaps.js';
import { placeKey } from '../../webview/views/layers/placeKey.js';
import { cellWords, copyWords, maskWords, pairFindings } from '../../webview/views/layers/layerFindings.js';
import {
  copiesAmong,
  epochsBeside,
  pairQuestion,
  soundPair,
  trendEpochs,
  wholeLayersQuestion,
} from '../../webview/views/layers/layerQuestions.js';
import { distanceMi } from '../gallery/exampleDistanceMi.js';
import { exampleRun, RESIDUAL_LAYERS } from '../gallery/exampleRun.js';

/** Three channels of A, two of B. */
const SMALL: Matrix = { aCount: 3, bCount: 2, values: [0.1, 0.2, 0.9, 0, 0.5, 0.4] };

function frameOf(matrix: Matrix, more: Partial<HeatmapFrameSpec> = {}) {
  return heatmapFrame({
    order: axesOrder(matrix, 'index'),
    aNames: Array.from({ length: matrix.aCount }, (_, i) => `a${i}`),
    bNames: Array.from({ length: matrix.bCount }, (_, i) => `b${i}`),
    width: 400,
    height: 300,
    ...more,
  });
}

function cellsOf(matrix: Matrix, { threshold = null as number | null, ceiling = 1 } = {}) {
  return heatmapCells(matrix, axesOrder(matrix, 'index'), ceiling, threshold);
}

const matrices = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).chain(([aCount, bCount]) =>
  fc
    .array(fc.option(fc.double({ min: 0, max: 5, noNaN: true })), {
      minLength: aCount * bCount,
      maxLength: aCount * bCount,
    })
    .map((values): Matrix => ({ aCount, bCount, values })),
);

describe('the order of a heatmap', () => {
  it('descends from the lower left by maximum and by mean, and by index ascends', () => {
    assert.deepEqual(axesOrder(SMALL, 'maximum'), { a: [1, 2, 0], b: [0, 1] });
    assert.deepEqual(axesOrder(SMALL, 'mean'), { a: [1, 2, 0], b: [0, 1] });
    assert.deepEqual(axesOrder(SMALL, 'index'), { a: [0, 1, 2], b: [0, 1] });
  });

  it('tells maximum and mean apart, and leaves equal ones in the order of their index', () => {
    const matrix: Matrix = { aCount: 3, bCount: 2, values: [0.9, 0, 0.5, 0.5, 0.9, 0] };
    assert.deepEqual(axesOrder(matrix, 'maximum').a, [0, 2, 1]);
    assert.deepEqual(axesOrder(matrix, 'mean').a, [1, 0, 2]);
  });

  it('clusters each axis by itself: channels that share alike are neighbours', () => {
    const matrix: Matrix = { aCount: 4, bCount: 2, values: [0.9, 0.1, 0, 0.8, 0.8, 0.1, 0.1, 0.8] };
    const { a, b } = axesOrder(matrix, 'cluster', 'index');
    assert.deepEqual([Math.abs(a.indexOf(0) - a.indexOf(2)), Math.abs(a.indexOf(1) - a.indexOf(3))], [1, 1]);
    assert.deepEqual(b, [0, 1]);
  });

  it('by cluster keeps alike channels together where they are too many for the optimal order', () => {
    const aCount = MOST_OPTIMAL_CHANNELS + 10;
    const values = Array.from({ length: aCount }, (_, i) => (i * 7919) % aCount);
    const { a } = axesOrder({ aCount, bCount: 1, values }, 'cluster');
    const length = (order: readonly number[]): number =>
      order.slice(1).reduce((sum, place, i) => sum + Math.abs(values[place] - values[order[i]]), 0);
    assert.equal(new Set(a).size, aCount);
    assert.ok(length(a) < 0.2 * length(Array.from({ length: aCount }, (_, i) => i)));
  });

  it('has every channel once', () => {
    fc.assert(
      fc.property(matrices, fc.constantFrom('maximum' as const, 'mean' as const, 'cluster' as const), (matrix, by) => {
        const { a, b } = axesOrder(matrix, by);
        assert.deepEqual(
          [...a].sort((x, y) => x - y),
          axesOrder(matrix, 'index').a,
        );
        assert.deepEqual(
          [...b].sort((x, y) => x - y),
          axesOrder(matrix, 'index').b,
        );
      }),
    );
  });
});

describe('a heatmap', () => {
  it('has A to the right and B upwards, one pixel a cell', () => {
    const { levels } = cellsOf(SMALL);
    const level = (value: number): number => levelOf(value, 1);
    assert.deepEqual([...levels], [0.2, 0, 0.4, 0.1, 0.9, 0.5].map(level));
  });

  it('paints levels in the colours of the scale, and leaves what is hatched transparent', () => {
    const colours = Array.from({ length: LEVELS }, (_, i): Rgb => [i, 2 * i, 3 * i]);
    const pixels = heatmapPixels(Uint8Array.of(0, 63, NO_LEVEL), paletteOf(colours));
    assert.deepEqual([...pixels], [0, 0, 0, 255, 63, 126, 189, 255, 0, 0, 0, 0]);
  });

  it('hatches what has no value and what does not exceed the null, and nothing else', () => {
    fc.assert(
      fc.property(matrices, fc.option(fc.double({ min: 0, max: 5, noNaN: true })), (matrix, threshold) => {
        const marks = cellsOf(matrix, { threshold, ceiling: 5 });
        matrix.values.forEach((value, i) => {
          const [a, b] = [Math.floor(i / matrix.bCount), i % matrix.bCount];
          const level = marks.levels[(matrix.bCount - 1 - b) * matrix.aCount + a];
          const hidden = value === null || (threshold !== null && value <= threshold);
          assert.equal(level, hidden ? NO_LEVEL : levelOf(value, 5));
        });
      }),
    );
  });

  it('finds the cell under a pixel where it draws it', () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const marks = frameOf(matrix);
        for (let a = 0; a < matrix.aCount; a++) {
          for (let b = 0; b < matrix.bCount; b++) {
            const box = marks.boxOf({ a, b });
            assert.deepEqual(marks.cellAt(box.x + box.width / 2, box.y + box.height / 2), { a, b });
          }
        }
        assert.equal(marks.cellAt(marks.grid.x - 1, marks.grid.y), null);
      }),
    );
  });

  it('shows the largest value of each row and column at its edge, as long as the value', () => {
    const { a, b } = heatmapBars(cellsOf(SMALL), frameOf(SMALL), 1);
    assert.ok(Math.abs(a[0].height / a[1].height - 0.2 / 0.9) < 1e-9);
    assert.ok(Math.abs(b[1].width / b[0].width - 0.4 / 0.9) < 1e-9);
  });

  it('saves the same cells as paths that it paints as pixels', () => {
    const { levels } = cellsOf(SMALL, { threshold: 0.15 });
    const paths = levelPaths(levels, frameOf(SMALL), SMALL.aCount);
    assert.equal(
      paths.reduce((sum, { path }) => sum + path.split('M').length - 1, 0),
      4,
    );
    assert.deepEqual(
      paths.map(({ level }) => level),
      [0.2, 0.4, 0.5, 0.9].map((value) => levelOf(value, 1)),
    );
  });

  it('hatches neighbours of a row in a file as one box, and no cell with a value', () => {
    const matrix: Matrix = { aCount: 3, bCount: 2, values: [null, 0.5, null, 0.5, 0.5, null] };
    const frame = frameOf(matrix);
    const { levels } = cellsOf(matrix);
    const path = cellsHatch(levels, frame, 3);
    const strokes = [...path.matchAll(/M([\d.]+),([\d.]+)L([\d.]+),([\d.]+)/g)].map((one) => one.slice(1).map(Number));
    const [right, low] = [frame.grid.x + 2 * frame.cell.width, frame.grid.y + frame.cell.height];
    assert.ok(strokes.length > 4);
    // A 0 and 1 have no value with B 0, in the lower row; A 2 has none with B 1, in the upper one.
    for (const [x0, y0, x1, y1] of strokes) assert.equal((x0 + x1) / 2 < right, (y0 + y1) / 2 > low);
  });

  it('names every dead channel, before which living ones give way', () => {
    const matrix: Matrix = { aCount: 40, bCount: 2, values: new Array<number>(80).fill(0.5) };
    const { aTicks } = frameOf(matrix, { width: 300, aDead: new Set([7, 31]) });
    const dead = aTicks.filter((tick) => tick.dead).map(({ text }) => text);
    assert.deepEqual(dead, ['a7', 'a31']);
    assert.ok(aTicks.every(({ dead: one, place }) => one || Math.min(Math.abs(place - 7), Math.abs(place - 31)) > 2));
  });

  it('draws all of 512 × 512 channels, with names where they have room', () => {
    const matrix: Matrix = { aCount: 512, bCount: 512, values: new Array<number>(512 * 512).fill(0.5) };
    const marks = frameOf(matrix, { order: axesOrder(matrix, 'maximum'), width: 700, height: 560 });
    assert.equal(cellsOf(matrix).levels.length, 512 * 512);
    assert.ok(marks.aTicks.length > 5 && marks.aTicks.length < 40);
    assert.equal(marks.gaps, '');
  });
});

describe('the colour scale', () => {
  it('keeps its ends, and steps that look equal', () => {
    const steps = colourSteps(
      [
        [238, 249, 238],
        [120, 208, 176],
        [43, 28, 53],
      ],
      5,
    );
    assert.deepEqual(steps[0], [238, 249, 238]);
    assert.deepEqual(steps[2], [120, 208, 176]);
    assert.deepEqual(steps[4], [43, 28, 53]);
  });

  it('has grey halfway between black and white where OKLab has it: sRGB 99', () => {
    assert.deepEqual(
      colourSteps(
        [
          [0, 0, 0],
          [255, 255, 255],
        ],
        3,
      )[1],
      [99, 99, 99],
    );
  });

  it('counts every cell with a value in its histogram', () => {
    fc.assert(
      fc.property(matrices, ({ values }) => {
        const counted = cellHistogram(values, 5, 300, 30).reduce((sum, { count }) => sum + count, 0);
        assert.equal(counted, values.filter((value) => value !== null).length);
      }),
    );
  });
});

describe('bars of what two layers share', () => {
  it('are as long as the entropies, and overlap by their mutual information', () => {
    const { aOnly, sharedInA, sharedInB, bOnly } = sharedMarks({ a: 3, b: 2, mutual: 1 }, 400);
    assert.deepEqual([aOnly.width, sharedInA.width, bOnly.width], [200, 100, 100]);
    assert.equal(sharedInA.x, sharedInB.x);
    assert.equal(bOnly.x + bOnly.width, 400);
  });

  it('of two constant layers have no length', () => {
    const { sharedInA, bOnly } = sharedMarks({ a: 0, b: 0, mutual: 0 }, 400);
    assert.deepEqual([sharedInA.width, bOnly.width], [0, 0]);
  });
});

describe('what the layer view asks', () => {
  it('is all layers as wholes at one epoch, and the channels of a pair', () => {
    assert.deepEqual(wholeLayersQuestion(4).options, { of: 'layers' });
    const { query, options } = pairQuestion({ a: 3, b: 1, order: 'mean', masked: true }, RESIDUAL_LAYERS, [2, 3], 19);
    assert.deepEqual(parseQuery(query).epochs, { kind: 'ranges', ranges: [[2, 3]] });
    assert.deepEqual(options, { of: 'channels', other: 'conv2d_1', permutations: 19 });
  });

  it('begins with the first two convolutions, and keeps a pair that fits the run', () => {
    const { a, b } = soundPair(null, RESIDUAL_LAYERS);
    assert.deepEqual([RESIDUAL_LAYERS[a].name, RESIDUAL_LAYERS[b].name], ['conv2d_1', 'conv2d_2']);
    const own = { a: 2, b: 0, order: 'index' as const, masked: false };
    assert.equal(soundPair(own, RESIDUAL_LAYERS), own);
    assert.equal(soundPair({ ...own, a: 99 }, RESIDUAL_LAYERS).a, a);
  });

  it('is of all epochs while they are few, and of some with the first and the last where they are many', () => {
    assert.deepEqual(trendEpochs([0, 1, 2], 100), [0, 1, 2]);
    const some = trendEpochs(
      Array.from({ length: 100 }, (_, i) => i),
      10_000,
    );
    assert.equal(some.length, 4);
    assert.deepEqual([some[0], some.at(-1)], [0, 99]);
  });
});

describe('what else the layer view says', () => {
  it('names the channels that are dead at the epoch in sight, and not those that come back', () => {
    const epochs = [[2], [2, 5], [5]].map((dead, epoch) => ({ epoch, dead, saturated: [] }));
    const at = (epoch: number): number[] => [...deadAt([{ layer: 3, epochs }], 3, epoch)];
    assert.deepEqual([at(0), at(1), at(2)], [[2], [2, 5], [5]]);
    assert.equal(deadAt(null, 3, 0).size, 0);
  });

  it('begins with four epochs beside each other, early ones closer, and keeps those that a person chose', () => {
    const whole = Array.from({ length: 31 }, (_, i) => i);
    assert.deepEqual(epochsBeside(undefined, whole), [0, 3, 13, 30]);
    assert.deepEqual(epochsBeside(undefined, [0, 1]), [0, 1]);
    assert.deepEqual(epochsBeside([2, 99], whole), [2]);
  });

  it('has a row for a filter that is both in the cell and pinned, not two', () => {
    const channels = (layer: number) => [0, 1, 2].map((channel) => ({ layer, channel }));
    const value = { rows: channels(1), columns: channels(3) } as unknown as DistanceMiValue; // all that is read
    const rows = filterRows(value, { a: 2, b: 0 }, [
      { layer: 1, channel: 2 },
      { layer: 3, channel: 1 },
    ]);
    assert.deepEqual(
      rows.map(({ layer, channel, pinned }) => [layer, channel, pinned]),
      [
        [1, 2, true],
        [3, 0, false],
        [3, 1, true],
      ],
    );
  });

  it('masks the maps of epochs as it masks the heatmap', () => {
    const matrix = { aCount: 2, bCount: 1, values: [0.1, 0.5] };
    const map = (threshold: number | null) =>
      epochMap(matrix, { a: [0, 1], b: [0] }, 1, threshold, { x: 0, y: 0, width: 10, height: 5 });
    assert.deepEqual([map(0.2).levels[0], map(0.2).levels[1] === NO_LEVEL], [NO_LEVEL, false]);
    assert.ok(!map(null).levels.includes(NO_LEVEL));
  });

  it('has round numbers under its colours, each at its own place', () => {
    const ticks = scaleTicks(1.55, 310);
    assert.ok(ticks.length >= 4);
    for (const { x, text } of ticks) assert.ok(Math.abs(Number(text) * 200 - x) < 1e-9, `${text} at ${x}`);
  });

  it('compares each pinned filter with the first of its layer: r of their maps', () => {
    const stack = (values: number[]): PictureStack => ({
      ...{ width: 2, height: 1, planes: 1, count: 2, minimum: 0, maximum: 4, n: [1, 1] },
      values: Float32Array.from(values),
    });
    const rows: FilterRow[] = [
      { layer: 1, channel: 0, pinned: false },
      { layer: 1, channel: 4, pinned: true },
      { layer: 1, channel: 7, pinned: true },
      { layer: 3, channel: 2, pinned: true },
    ];
    const stacks = [stack([4, 3, 2, 1]), stack([1, 2, 3, 4]), stack([2, 4, 6, 8]), stack([1, 1, 1, 1])];
    const r = (at: number): number | null => correlationToFirst(rows, stacks, at)?.r ?? null;
    assert.ok(Math.abs(r(0)! + 1) < 1e-9 && Math.abs(r(2)! - 1) < 1e-9);
    assert.deepEqual([r(1), r(3)], [null, null]);
    assert.deepEqual([...channelStack(stack([1, 2, 3, 4]), 1, 2).values], [3, 4]);
  });

  it('finds rows that are alike, however large they are', () => {
    const [first] = mostAlike(
      [
        [1, 2, 3],
        [3, 1, 2],
        [10, 20, 30],
      ],
      1,
    );
    assert.deepEqual([first.i, first.j, Math.round(first.r * 1e9) / 1e9], [0, 2, 1]);
    assert.equal(pearson([1, 1], [1, 2]), null);
    const lines = [
      [3, 1, 4, 1],
      [5, 9, 2, 6],
      [5, 3, 5, 8],
      [9, null, 7, 9],
    ];
    for (const { i, j, r } of mostAlike(lines, 6)) assert.ok(Math.abs(r - pearson(lines[i], lines[j])!) < 1e-12);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer(), fc.integer()), { minLength: 2 }), (pairs) => {
        const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
        const [ab, ba] = [pearson(a, b), pearson(b, a)];
        assert.ok(ab === null ? ba === null : Math.abs(ab - (ba ?? 9)) < 1e-9);
        const r = pearson(a, a);
        assert.ok(r === null || Math.abs(r - 1) < 1e-9);
      }),
    );
  });
});

describe('the link of a layer view', () => {
  it('keeps the pair, its order and its mask', () => {
    const layers = { a: 4, b: 1, order: 'mean' as const, masked: false };
    const state = { view: 'layers' as const, query: 'dCNN(-, 1, -, -)', measure: 'inter' as const, epoch: 3, layers };
    assert.deepEqual(stateOf(hashOf(state))?.layers, layers);
    assert.equal(stateOf(`${hashOf(state)}`.replace('mean', 'loudness'))?.layers, undefined);
  });
});

describe('the words of the layer view', () => {
  const run = exampleRun();
  const value = (dead: Record<number, number[]>, permutations: number): DistanceMiValue =>
    distanceMi(
      run,
      { dead },
      {
        query: 'dCNN(-, 1, -, {4})',
        measure: 'distance-mi',
        options: { of: 'channels', other: 'conv2d_2', permutations },
      },
    ).values[0];

  it('count what does not exceed the null and name constant channels', () => {
    const words = pairFindings(value({ 1: [2] }, 19), 100);
    assert.ok(
      words.some((line) => line === '1 of 8 channels of A is constant over all samples: 2'),
      words.join('\n'),
    );
    assert.ok(
      words.some((line) => line === '128 of 128 cells do not exceed the null'),
      words.join('\n'),
    );
    // A ratio and no verdict: pairs are redundant by r of their maps.
    assert.match(words.join('\n'), /^Largest MI\/min\(H\): \d\.\d\d$/m);
    assert.doesNotMatch(words.join('\n'), /pair/);
  });

  it('of one cell have value, entropies, ratio and null, and H(A|B) is H(A) less MI', () => {
    const one = value({}, 19);
    const words = cellWords(one, one.null!.maximumBits, 1, 2);
    const bits = one.bits[1 * 16 + 2]!;
    assert.ok(words[1].startsWith(`H(A|B) ${(one.entropyRows[1]! - bits).toFixed(2)}`));
    assert.match(words[3], /above chance, p ≤ 0\.05 family-wise, 19 permutations$/);
    const p = one.null!.p.map((_, i) => (i === 1 * 16 + 2 ? 0.3 : 1));
    const unsure = { ...one, null: { ...one.null!, p } };
    assert.match(cellWords(unsure, 0, 1, 2)[3], /p = 0\.30 family-wise, 19 permutations$/);
    assert.equal(cellWords(value({}, 0), null, 0, 0)[3], 'null not computed');
  });

  it('name a copy and what it repeats, and which epochs are hatched', () => {
    assert.equal(
      copyWords(
        new Map([
          [5, 4],
          [8, 7],
        ]),
      ),
      ' Left out: 5 (copy of 4), 8 (copy of 7).',
    );
    const [bare, nulled] = [value({}, 0), value({}, 19)];
    assert.match(maskWords([nulled, nulled]), /^Hatched: no higher than the null of its epoch\. $/);
    assert.match(maskWords([{ ...bare, epoch: 0 }, nulled]), new RegExp(`known only at ${nulled.epoch}`));
    assert.match(maskWords([bare]), /no null has been computed/);
  });

  it('leave out layers that repeat the one that feeds them', () => {
    const layers = RESIDUAL_LAYERS.slice(0, 3);
    const sides = layers.map(({ index }) => ({ layer: index, channel: null }));
    const matrix = { ...value({}, 0), rows: sides, columns: sides, entropyRows: [3, 2, 2], entropyColumns: [3, 2, 2] };
    assert.deepEqual([...copiesAmong({ ...matrix, bits: [3, 1, 1, 1, 2, 2, 1, 2, 2] }, layers)], [[2, 1]]);
    assert.deepEqual([...copiesAmong({ ...matrix, bits: [3, 1, 1, 1, 2, 1.9, 1, 1.9, 2] }, layers)], []);
  });
});

describe('keys on a heatmap', () => {
  it('move the chosen cell as the axes run, and stop at the edges', () => {
    assert.deepEqual(placeKey('ArrowUp', { a: 0, b: 0 }, 3, 2), { a: 0, b: 1 });
    assert.deepEqual(placeKey('ArrowUp', { a: 0, b: 1 }, 3, 2), { a: 0, b: 1 });
    assert.deepEqual(placeKey('ArrowRight', { a: 1, b: 1 }, 3, 2), { a: 2, b: 1 });
    assert.deepEqual(placeKey('End', { a: 0, b: 0 }, 3, 2), { a: 2, b: 1 });
    assert.equal(placeKey('Tab', { a: 0, b: 0 }, 3, 2), null);
  });
});
