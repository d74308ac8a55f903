/** The channel view's marks: circles of true area at stable places, boxes, samples, colours, links. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import type { IntraResult } from '../../src/protocol/measure.js';
import { hashOf, stateOf } from '../../webview/host/link.js';
import { channelColour } from '../../webview/marks/channelColour.js';
import { anchorsOf, fillOf, packedGroups, Packing, type DiscGroup } from '../../webview/marks/circlePacking.js';
import { groupCells, NAME_HEIGHT } from '../../webview/marks/circlePackingCells.js';
import type { Panel } from '../../webview/marks/smallMultiples.js';
import { colourPaths } from '../../webview/marks/pictures.js';
import { bandsOf, stateRemark, stateRuns, stateWords } from '../../webview/views/channels/channelStates.js';
import { blocksOf, panelKey, panelWindow, scrollTo } from '../../webview/views/channels/panelWindow.js';
import { circleAt } from '../../webview/views/channels/paintCircles.js';
import { circleKey } from '../../webview/views/channels/circleKeys.js';
import {
  ceilingOf,
  channelFinding,
  channelCourses,
  channelSeries,
  groupsAt,
  meanBitsOf,
  panelAt,
  type PanelChoice,
} from '../../webview/views/channels/channelPanels.js';
import { anchorEpochs, channelQuery, firstChoice, soundChoice } from '../../webview/views/channels/channelQuestions.js';
import {
  fieldBox,
  fieldParts,
  missingPath,
  partsOf,
  projectionStack,
  signedPaths,
  signedShare,
} from '../../webview/marks/signedPictures.js';
import {
  epochsForRows,
  sampleChoice,
  sampleNumbers,
  samplesInSet,
  samplesOfClass,
  setCount,
} from '../../webview/views/channels/mapSamples.js';
import type { PictureStack } from '../../src/protocol/viewer.js';
import { placeWords } from '../../webview/views/channels/mapWords.js';
import { movedPlace, placeAt, placeText, unitOf } from '../../webview/views/channels/unitPlace.js';
import { factsOf } from '../../webview/state/facts.js';
import { exampleRun } from '../gallery/exampleRun.js';

const WIDTH = 650;
const HEIGHT = 440;

/** Groups of bits by channel as they are drawn, at the places and the fill that fit all of them. */
function packed(groups: readonly (readonly number[])[], mean: readonly number[] = groups[0]): readonly DiscGroup[] {
  const anchors = anchorsOf(mean);
  return packedGroups({
    groups: groups.map((bits, i) => ({ id: i === 0 ? null : i - 1, bits })),
    channels: mean.map((_, channel) => channel),
    anchors,
    fill: fillOf(groups, anchors),
    mostBits: Math.max(...groups.map((bits) => bits.reduce((sum, value) => sum + value, 0))),
    width: WIDTH,
    height: HEIGHT,
  });
}

/** Entropies of a layer: most channels alive, some dead, from hardly to fully random maps. */
const layerBits = fc
  .array(fc.oneof({ arbitrary: fc.double({ min: 0.05, max: 5, noNaN: true }), weight: 5 }, fc.constant(0)), {
    minLength: 1,
    maxLength: 40,
  })
  .filter((bits) => bits.some((value) => value > 0));

function visible({ discs }: DiscGroup): DiscGroup['discs'] {
  return discs.filter(({ r }) => r > 0);
}

describe('circles of classes and channels', () => {
  it('have areas proportional to entropies, inner and outer ones each by one factor', () => {
    fc.assert(
      fc.property(layerBits, (bits) => {
        const groups = packed([
          bits,
          bits.map((value) => 0.8 * value),
          bits.map((value, i) => (i % 2 ? value : value / 2)),
        ]);
        const inner = groups.flatMap((group) => visible(group).map(({ r, bits: own }) => r ** 2 / own));
        const outer = groups.filter(({ sumBits }) => sumBits > 0).map(({ r, sumBits }) => r ** 2 / sumBits);
        for (const factor of inner) assert.ok(Math.abs(factor / inner[0] - 1) < 1e-9);
        for (const factor of outer) assert.ok(Math.abs(factor / outer[0] - 1) < 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('do not overlap, and lie inside their class', () => {
    fc.assert(
      fc.property(layerBits, fc.integer({ min: 1, max: 9 }), (bits, seed) => {
        const other = bits.map((value, i) => value * (0.7 + 0.06 * ((i * seed) % 10)));
        for (const group of packed([bits, other])) {
          const discs = visible(group);
          for (const [i, a] of discs.entries()) {
            assert.ok(Math.hypot(a.x - group.x, a.y - group.y) + a.r <= group.r + 1e-6);
            for (const b of discs.slice(i + 1)) assert.ok(Math.hypot(a.x - b.x, a.y - b.y) >= a.r + b.r - 1e-6);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('fill two thirds where that is possible, and less where it is not', () => {
    const many = Array.from({ length: 32 }, (_, i) => 0.5 + (i % 7) / 3);
    assert.equal(fillOf([many], anchorsOf(many)), 0.66);
    assert.ok(fillOf([[2, 2]], anchorsOf([2, 2])) < 0.5);
  });

  it('keep their places from epoch to epoch: a small change moves them little', () => {
    const start = Array.from({ length: 32 }, (_, i) => 0.6 + ((i * 7) % 11) / 4);
    const epochs = Array.from({ length: 12 }, (_, t) =>
      start.map((value, i) => value * (1 - 0.03 * t * ((i % 3) / 2))),
    );
    const drawn = packed(epochs, start).map((group) =>
      group.discs.map((disc) => [(disc.x - group.x) / group.r, (disc.y - group.y) / group.r]),
    );
    for (let t = 1; t < drawn.length; t++) {
      const moves = drawn[t].map(([x, y], i) => Math.hypot(x - drawn[t - 1][i][0], y - drawn[t - 1][i][1]));
      assert.ok(Math.max(...moves) < 0.12, `epoch ${t} moves a channel by ${Math.max(...moves)} radii`);
    }
  });

  it('stand in rows of four, three and four for ten classes, the circle of all in the middle', () => {
    const groups = packed(Array.from({ length: 11 }, () => [1, 2, 3]));
    const rows = new Map<number, (number | null)[]>();
    for (const { id, y } of [...groups].sort((a, b) => a.x - b.x)) rows.set(y, [...(rows.get(y) ?? []), id]);
    assert.deepEqual(
      [...rows].sort(([a], [b]) => a - b).map(([, ids]) => ids),
      [
        [0, 1, 2, 3],
        [4, null, 5],
        [6, 7, 8, 9],
      ],
    );
  });

  it('have cells that do not touch, whatever the number of classes and the room', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 101 }), fc.integer({ min: 300, max: 1200 }));
    fc.assert(
      fc.property(sizes, ([count, width]) => {
        const { cells, radius } = groupCells(count, width, HEIGHT);
        assert.equal(cells.length, count);
        for (const [i, a] of cells.entries()) {
          assert.ok(
            a.x >= radius && a.x <= width - radius && a.y >= radius + NAME_HEIGHT - 8 && a.y <= HEIGHT - radius + 8,
          );
          for (const b of cells.slice(i + 1)) assert.ok(Math.hypot(a.x - b.x, a.y - b.y) >= 2 * radius - 1e-6);
        }
      }),
    );
  });

  it('come to the same places however often their settling is interrupted', () => {
    const bits = Array.from({ length: 60 }, (_, i) => 0.2 + ((i * 13) % 17) / 4);
    const spec = {
      groups: [bits, bits.map((value, i) => value * (0.7 + ((i * 7) % 10) / 15))].map((one, id) => ({ id, bits: one })),
      channels: bits.map((_, i) => i),
      ...{ anchors: anchorsOf(bits), fill: 0.66, mostBits: 200, width: WIDTH, height: HEIGHT },
    };
    const packing = new Packing(spec);
    let turns = 1;
    while (!packing.settle(() => true)) turns++;
    assert.ok(turns > 3);
    assert.deepEqual(packing.groups(), packedGroups(spec));
  });

  it('are found under a point of the zoomed picture', () => {
    const groups = packed([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    const view = { x: -40, y: 12, k: 2.5 };
    const at = (x: number, y: number) => circleAt(groups, view, [view.x + view.k * x, view.y + view.k * y]);
    for (const [group, { discs }] of groups.entries()) {
      for (const [channel, { x, y }] of discs.entries()) assert.deepEqual(at(x, y), { group, channel });
    }
    const { x, y, r } = groups[1];
    assert.deepEqual(at(x, y - r + 0.01), { group: 1, channel: null });
    assert.equal(at(x, y - r - 1), null);
  });

  it('draw nothing that is no number where a whole layer is dead', () => {
    const groups = packed([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    for (const { r, discs } of groups) {
      assert.equal(r, 0);
      for (const disc of discs) assert.ok(Number.isFinite(disc.x + disc.y) && disc.r === 0);
    }
  });

  it('are walked by arrow keys, past those without area', () => {
    const groups = packed([
      [1, 0, 2],
      [1, 0, 2],
    ]);
    assert.deepEqual(circleKey('ArrowRight', { group: 0, channel: 0 }, groups), { group: 0, channel: 2 });
    assert.deepEqual(circleKey('ArrowRight', { group: 0, channel: 2 }, groups), { group: 0, channel: 0 });
    assert.deepEqual(circleKey('ArrowUp', { group: 0, channel: 2 }, groups), { group: 1, channel: 2 });
    assert.equal(circleKey('x', { group: 0, channel: 2 }, groups), null);
  });
});

function intra(rows: readonly { epoch: number; classIndex: number | null; bits: number[] }[]): IntraResult {
  return {
    measure: 'intra',
    provenance: { measure: 'intra', estimator: 'plug-in', parameters: {}, n: 20, unit: 'bits', version: '1' },
    range: 'map',
    bins: 32,
    computedFrom: 'statistics',
    values: rows.map((row) => ({
      ...row,
      layer: 1,
      channels: row.bits.map((_, i) => i + 4),
      variance: row.bits.map((value) => (value === 0 ? 0 : 0.1)),
      n: row.bits.map(() => 20),
      meanBits: 1,
    })),
  };
}

describe('boxes of channels', () => {
  const result = intra(
    [0, 1, 2, 3].flatMap((epoch) => [
      { epoch, classIndex: null, bits: [4 - epoch, epoch < 2 ? 1 : 0] },
      { epoch, classIndex: 0, bits: [3 - epoch / 2, 0.5] },
      { epoch, classIndex: 1, bits: [2, 0.25] },
    ]),
  );
  const states = {
    layer: 1,
    epochs: [0, 1, 2, 3].map((epoch) => ({ epoch, dead: epoch >= 2 ? [5] : [], saturated: epoch === 1 ? [4] : [] })),
  };
  const choice = { classes: [0, 1], firstEpoch: 0, states };
  const panels = (more: Partial<PanelChoice> = {}): Panel[] =>
    channelCourses(result, { ...choice, ...more }).map((course) => panelAt(course, 2));

  it('have one line per class, the value of all inputs, and bands where maps are constant', () => {
    const [first, second] = panels();
    assert.deepEqual([first.id, first.value, first.shaded, first.warning], ['4', '2.00', [], undefined]);
    assert.deepEqual(
      first.lines.map(({ tone, points }) => [tone, points.length]),
      [
        ['class-0', 4],
        ['class-1', 4],
      ],
    );
    assert.deepEqual([second.shaded, second.warning], [[[2, 3]], 'dead since 2']);
    assert.deepEqual([first.saturated, second.saturated], [[[1, 1]], []]);
    const [, unknown] = panels({ states: null });
    assert.equal(unknown.warning, 'constant since epoch 2');
  });

  it('say what a channel is at an epoch and since when: dead ones can revive', () => {
    const epochs = [0, 1, 2, 3, 4].map((epoch) => ({
      epoch,
      dead: [1, 3, 4].includes(epoch) ? [7] : [],
      saturated: [],
    }));
    const runs = stateRuns({ layer: 1, epochs }, 7);
    assert.deepEqual(bandsOf(runs, 'dead'), [
      [1, 1],
      [3, 4],
    ]);
    assert.equal(stateWords(runs, 4), 'dead at epoch 4, since 3; dead before at 1');
    assert.equal(stateWords(runs, 2), 'alive at epoch 2; dead before at 1');
    assert.deepEqual([stateRemark(runs, 4), stateRemark(runs, 2), stateWords(runs, 9)], ['dead since 3', null, null]);
  });

  it('are drawn only where they are in sight, and asked for in blocks', () => {
    const grid = { count: 512, columns: 8, rowHeight: 94, height: 4 * 94 };
    assert.deepEqual(panelWindow(grid, 0), { first: 0, last: 39, top: 0 });
    assert.deepEqual(blocksOf(panelWindow(grid, 0)), [0, 1]);
    assert.deepEqual(panelWindow(grid, 94 * 20 + 5), { first: 160, last: 199, top: 1880 });
    assert.deepEqual(panelWindow(grid, 1e9), { first: 480, last: 511, top: 60 * 94 });
    assert.deepEqual(panelWindow({ ...grid, count: 3 }, 50), { first: 0, last: 2, top: 0 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 8 }),
        fc.nat(40000),
        (count, columns, top) => {
          const one = { count, columns, rowHeight: 94, height: 376 };
          const { first, last } = panelWindow(one, top);
          assert.ok(first >= 0 && first <= last && last < count && last - first < 5 * columns + columns);
          const key = panelKey('PageDown', first, one);
          assert.ok(key !== null && key >= first && key < count);
          const to = scrollTo(one, top, last);
          const seen = panelWindow(one, to ?? top);
          assert.ok(last >= seen.first && last <= seen.last);
        },
      ),
    );
  });

  it('share an axis that epochs before the first do not stretch', () => {
    assert.equal(ceilingOf(panels(), 5), 3);
    assert.equal(ceilingOf(panels({ firstEpoch: 3 }), 5), 2);
    assert.equal(ceilingOf([], 5), 0.5);
  });

  it('have the line of all inputs where there are no classes', () => {
    const [panel] = panels({ classes: [] });
    assert.deepEqual(
      panel.lines.map(({ tone }) => tone),
      ['accent'],
    );
  });

  it('become one channel’s lines and words', () => {
    const series = channelSeries(result, 4, [0, 1], ['cat', 'dog'], 1);
    assert.deepEqual(
      series.map(({ label, points }) => [label, points[0].epoch]),
      [
        ['all', 1],
        ['cat', 1],
        ['dog', 1],
      ],
    );
    assert.equal(
      channelFinding(groupsAt(result, 3, [0, 1]), 0, ['cat', 'dog']),
      '1.00 bits over all inputs; lowest for cat (1.50), highest for dog (2.00)',
    );
    assert.deepEqual(meanBitsOf(result), [2.5, 0.5]);
  });
});

describe('what the channel view asks', () => {
  const facts = factsOf(exampleRun());

  it('begins with the first two convolutions, and mends choices that the run does not have', () => {
    const first = firstChoice(facts.layers);
    assert.deepEqual([first?.left, first?.right, first?.layer], [1, 3, 3]);
    const strange = { left: 99, right: 3, layer: 99, channel: 9999, fromFirst: true };
    assert.deepEqual(soundChoice(strange, facts.layers), { left: 1, right: 3, layer: 3, channel: 15, fromFirst: true });
  });

  it('is bounded: channels of a page, epochs of a sample', () => {
    const layer = facts.layers[3];
    assert.equal(channelQuery(layer, facts.layers, [2, 5], [7]), `dCNN(-, ${layer.name}, {2..5}, 7)`);
    const wide = { ...layer, channelCount: 2048 };
    const epochs = anchorEpochs(factsOf(exampleRun({ epochCount: 200, lastEpoch: 199 })), wide);
    assert.ok(epochs.length >= 3 && epochs.length * 2048 * 11 <= 70_000);
    assert.deepEqual([epochs[0], epochs[epochs.length - 1]], [0, 199]);
  });

  it('takes one sample of each class at a time', () => {
    const labels = [0, 1, 1, 0, 1];
    assert.deepEqual(samplesInSet(labels, [0, 1], 5, 0), [0, 1]);
    assert.deepEqual(samplesInSet(labels, [0, 1], 5, 2), [4]);
    assert.equal(setCount(labels, [0, 1], 5), 3);
    assert.deepEqual(samplesInSet([], [], 12, 1), [10, 11]);
    assert.equal(setCount([], [], 12), 2);
  });

  it('takes the samples that a person names: by number, in ranges, of a class, or the strongest', () => {
    assert.deepEqual(sampleNumbers('4, 8 15–17', 100), [4, 8, 15, 16, 17]);
    assert.deepEqual(sampleNumbers('7 7 99', 50), [7]);
    assert.equal(sampleNumbers('0-999999999', 1000)?.length, 10);
    for (const nothing of ['', 'seven', '1;drop', '99', '-3', '1e3'])
      assert.equal(sampleNumbers(nothing, 50), null, nothing);
    assert.deepEqual(sampleChoice('class 2', 3, 50), { kind: 'class', classIndex: 2 });
    assert.equal(sampleChoice('class 3', 3, 50), null);
    assert.deepEqual(sampleChoice('strongest', 3, 50), { kind: 'strongest' });
    const labels = Array.from({ length: 50 }, (_, i) => i % 2);
    assert.deepEqual(samplesOfClass(labels, 1, 2), { samples: [41, 43, 45, 47, 49], sets: 3 });
  });

  it('takes the chosen epoch, the first, the last and some between for rows of maps', () => {
    const whole = new Set(Array.from({ length: 21 }, (_, i) => i));
    assert.deepEqual(epochsForRows(whole, 20, 5), [0, 5, 10, 15, 20]);
    assert.deepEqual(epochsForRows(whole, 11, 5), [0, 5, 11, 15, 20]);
    assert.deepEqual(epochsForRows(new Set([0, 3]), 3, 5), [0, 3]);
  });

  it('is part of a link, and links of before stay valid', () => {
    const maps = { samples: '4, 8, 15', unit: 'map', overEpochs: true } as const;
    const withMaps = { left: 1, right: 3, layer: 3, channel: 12, fromFirst: true, maps };
    const linked = {
      view: 'channels',
      query: 'dCNN(-, -, -, -)',
      measure: 'inter',
      epoch: 4,
      channels: withMaps,
    } as const;
    assert.deepEqual(stateOf(hashOf(linked)), linked);
    const twoEpochs = { ...linked, channels: { ...withMaps, maps: { ...maps, epochs: [3, 4] } } };
    assert.deepEqual(stateOf(hashOf(twoEpochs)), twoEpochs);
    const channels = { left: 1, right: 3, layer: 3, channel: 12, fromFirst: true };
    const state = { view: 'channels', query: 'dCNN(-, -, -, -)', measure: 'inter', epoch: 4, channels } as const;
    assert.deepEqual(stateOf(hashOf(state)), state);
    assert.equal(stateOf('#query=dCNN(-,-,-,-)&view=channels')?.channels, undefined);
    assert.equal(stateOf('#query=dCNN(-,-,-,-)&channels={"left":1}')?.channels, undefined);
  });
});

describe('colours of channels and of inputs', () => {
  it('are pastel, and differ between neighbours', () => {
    for (const dark of [false, true]) {
      const colours = Array.from({ length: 64 }, (_, channel) => channelColour(channel, dark));
      for (const colour of colours) assert.match(colour, /^#[0-9a-f]{6}$/);
      assert.ok(new Set(colours).size >= 60);
    }
  });

  it('keep each pixel of an input in its own colour', () => {
    const stack = { width: 2, height: 1, planes: 3, count: 1, minimum: 0, maximum: 1, n: [1] } as const;
    const paths = colourPaths({ ...stack, values: Float32Array.of(1, 0, 0, 0, 0, 1) }, 0, 10);
    assert.deepEqual(
      paths.map(({ colour, path }) => [colour, path]),
      [
        ['rgb(255,0,0)', 'M0,0h5v5h-5z'],
        ['rgb(0,0,255)', 'M5,0h5v5h-5z'],
      ],
    );
  });
});

describe('the unit that goes back to the input', () => {
  it('is the one under the pointer, kept in a link as its row and column', () => {
    assert.deepEqual(placeAt(0.99, 0.5, [4, 10]), [2, 9]);
    assert.deepEqual(placeAt(0.5, 0.2, [7]), [3]);
    assert.equal(placeAt(0.5, 0.5, [3, 4, 5]), null);
    assert.deepEqual(unitOf(placeText([2, 9]), [4, 10]), [2, 9]);
  });

  it('gives way to the strongest in a layer that has no such unit', () => {
    assert.equal(unitOf('2.9', [4, 9]), 'strongest');
    assert.equal(unitOf('2.9', [4]), 'strongest');
    assert.deepEqual([unitOf('map', [4]), unitOf('none', [4])], ['map', null]);
  });

  it('is moved by arrow keys, and stops at the edges', () => {
    assert.deepEqual(movedPlace('ArrowUp', [0, 3], [4, 4]), [0, 3]);
    assert.deepEqual(movedPlace('ArrowLeft', [1, 3], [4, 4]), [1, 2]);
    assert.deepEqual(movedPlace('ArrowRight', [3], [5]), [4]);
    assert.deepEqual([movedPlace('ArrowUp', [3], [5]), movedPlace('a', [1, 1], [4, 4])], [null, null]);
  });
});

describe('projections back to the input', () => {
  const result = {
    ...{ layer: 1, channel: 0, epoch: 2 },
    projections: [
      {
        sample: 3,
        place: [0, 1],
        activation: 2,
        field: [
          [0, 1],
          [1, 2],
        ] as const,
        recordedDifference: 0,
      },
    ],
    inputShape: [2, 2],
    inputChannels: 2,
    values: Float32Array.of(0, 0, 1, 3, 0, 0, -2, 1),
  };

  it('are drawn about 0, on a scale that is as long to both sides', () => {
    const stack = projectionStack(result);
    assert.deepEqual([...stack.values], [0, 4, 0, -1]);
    assert.deepEqual([stack.minimum, stack.maximum, stack.width, stack.height, stack.planes], [-4, 4, 2, 2, 1]);
    assert.deepEqual(signedPaths(stack, 0, 10), [
      { sign: 'positive', opacity: 1, path: 'M5,0h5v5h-5z' },
      { sign: 'negative', opacity: 0.5, path: 'M5,5h5v5h-5z' },
    ]);
    assert.deepEqual([signedShare(-1, 4), signedShare(9, 4), signedShare(1, 0)], [-0.5, 1, 0]);
  });

  it('have a box around what the unit sees, in pixels of the picture', () => {
    assert.deepEqual(
      fieldBox(
        [
          [0, 1],
          [1, 2],
        ],
        { width: 2, height: 2 },
        10,
      ),
      { x: 5, y: 0, width: 5, height: 5 },
    );
    assert.deepEqual(fieldBox([[2, 5]], { width: 10, height: 1 }, 100), { x: 20, y: 0, width: 30, height: 10 });
    assert.deepEqual(fieldBox([], { width: 4, height: 4 }, 8), { x: 0, y: 0, width: 8, height: 8 });
  });

  it('say in words what they are of', () => {
    assert.equal(placeWords(result.projections[0]), 'unit at row 0, column 1, activation 2, sees row 0–0, column 1–1');
    assert.equal(
      placeWords({ ...result.projections[0], place: null, activation: 0 }),
      'whole map: activation 0, nothing to project',
    );
  });

  it('hatch the pixels that hold no number, and only those', () => {
    const stack = { width: 2, height: 1, planes: 1, count: 2, minimum: 0, maximum: 1, n: [1, 1] } as const;
    const values = Float32Array.of(0, 1, NaN, 1);
    assert.equal(missingPath({ ...stack, values }, 0, 10), null);
    assert.equal(missingPath({ ...stack, values }, 1, 10), 'M5,0L0,5');
  });
});

describe('parts of projections', () => {
  const stack: PictureStack = {
    ...{ width: 8, height: 6, planes: 1, count: 2, minimum: -95, maximum: 95, n: [1, 1] },
    values: Float32Array.from({ length: 96 }, (_, i) => i),
  };
  const fields = [
    [
      [0, 2],
      [1, 4],
    ],
    [
      [5, 6],
      [6, 8],
    ],
  ] as const;

  it('are what each unit sees, of one size and inside the picture, with the values that are there', () => {
    const parts = fieldParts(fields, stack)!;
    assert.deepEqual(parts, {
      width: 3,
      height: 2,
      corners: [
        { x: 1, y: 0 },
        { x: 5, y: 4 },
      ],
    });
    const { width, height, maximum, values } = partsOf(stack, parts);
    assert.deepEqual([width, height, maximum], [3, 2, 95]);
    assert.deepEqual([...values], [1, 2, 3, 9, 10, 11, 85, 86, 87, 93, 94, 95]);
  });

  it('are not cut out where a unit sees more than half of a side', () =>
    assert.equal(
      fieldParts(
        [
          [
            [0, 2],
            [0, 5],
          ],
        ],
        stack,
      ),
      null,
    ));
});

describe('the colours of signs', () => {
  it('are the network view’s: one colour is positive everywhere', async () => {
    const hues = async (view: string, name: string): Promise<string[]> => {
      const css = await readFile(new URL(`../../webview/views/${view}/${view}.css`, import.meta.url), 'utf8');
      const found = [...css.matchAll(new RegExp(`--c-${name}: #(..)..(..);`, 'g'))];
      return found.map(([, red = '', blue = '']) => (parseInt(blue, 16) > parseInt(red, 16) ? 'blue' : 'orange'));
    };
    for (const sign of ['positive', 'negative'])
      assert.deepEqual(await hues('channels', `signed-${sign}`), await hues('network', sign), sign);
  });
});
