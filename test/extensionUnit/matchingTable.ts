/**
 * Edits of a model file and the values above its layers afterwards: the table of docs/matching.md, which the test
 * checks.
 */
import type { LayerMatch } from '../../src/extension/match/matchLayers.js';

export const HEAD = "const tf = require('@tensorflow/tfjs');\nconst model = tf.sequential();\n";

export interface MatchingRow {
  readonly edit: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** One for each layer of `after`: "1" the value of the first recorded layer, "stale", "stale 1" or "–". */
  readonly outcome: readonly string[];
  /** The reason, where it is not obvious. */
  readonly because: string;
}

const conv = (filters: number, more = ''): string =>
  `model.add(tf.layers.conv2d({ filters: ${filters}, kernelSize: 3${more} }));`;
const POOL = 'model.add(tf.layers.maxPooling2d({ poolSize: 2 }));';
const FLATTEN = 'model.add(tf.layers.flatten());';
const dense = (units: number): string => `model.add(tf.layers.dense({ units: ${units} }));`;
const NET = [conv(8), POOL, conv(16), FLATTEN, dense(10)];
const ALL = ['1', '2', '3', '4', '5'];
const named = (name: string): string => conv(8, `, name: '${name}'`);
const inside = (name: string): string[] => [`function ${name}() {`, '  return tf.layers.flatten();', '}'];
const taken = (name: string): string => `const ${name} = tf.layers.conv2d({ filters: 8, kernelSize: 3 });`;

export const MATCHING_TABLE: readonly MatchingRow[] = [
  { edit: 'nothing', before: NET, after: NET, outcome: ALL, because: 'the file has the recorded hash' },
  {
    edit: 'lines moved down, indented, commented',
    before: NET,
    after: ['// a comment', '', ...NET.map((line) => `  ${line} // layer`), 'model.summary();'],
    outcome: ALL,
    because: 'kinds, arguments and order are the same',
  },
  {
    edit: 'an argument written differently',
    before: NET,
    after: [
      'const SIZE = [3, 3];',
      'model.add(tf.layers.conv2d({ kernelSize: SIZE, filters: 0x8, padding: "valid" }));',
      ...NET.slice(1),
    ],
    outcome: ALL,
    because: 'the values are the same',
  },
  {
    edit: 'an argument changed',
    before: NET,
    after: [conv(8), POOL, conv(20), FLATTEN, dense(10)],
    outcome: ['1', '2', 'stale 3', '4', '5'],
    because: 'only this layer differs from the recorded one',
  },
  {
    edit: 'an argument added',
    before: NET,
    after: [conv(8, ", padding: 'same'"), POOL, conv(16), FLATTEN, dense(10)],
    outcome: ['stale 1', '2', '3', '4', '5'],
    because: '',
  },
  {
    edit: 'all filters doubled',
    before: [conv(8), conv(16), conv(32)],
    after: [conv(16), conv(32), conv(64)],
    outcome: ['stale 1', 'stale 2', 'stale 3'],
    because: 'values do not move to layers that now have the same arguments',
  },
  {
    edit: 'a layer renamed',
    before: [named('a'), POOL, named('b')],
    after: [named('a'), POOL, named('c')],
    outcome: ['1', '2', 'stale 3'],
    because: 'the name is an argument',
  },
  {
    edit: 'a layer inserted',
    before: NET,
    after: [conv(8), POOL, conv(12), conv(16), FLATTEN, dense(10)],
    outcome: ['1', '2', '–', '3', '4', '5'],
    because: 'the new layer was not recorded',
  },
  {
    edit: 'a layer inserted next to an identical one',
    before: NET,
    after: [conv(8), POOL, conv(16), conv(16), FLATTEN, dense(10)],
    outcome: ['1', '2', 'stale', 'stale', '4', '5'],
    because: 'either of the two can be the recorded layer',
  },
  {
    edit: 'a layer deleted',
    before: NET,
    after: [conv(8), conv(16), FLATTEN, dense(10)],
    outcome: ['1', '3', '4', '5'],
    because: '',
  },
  {
    edit: 'one of two identical neighbours deleted',
    before: [conv(8), POOL, POOL, FLATTEN],
    after: [conv(8), POOL, FLATTEN],
    outcome: ['1', 'stale', '4'],
    because: 'either of the two can be the one that is left',
  },
  {
    edit: 'two different layers swapped',
    before: [conv(8), conv(16)],
    after: [conv(16), conv(8)],
    outcome: ['stale 1', 'stale 2'],
    because: 'a layer never shows the value of the other',
  },
  {
    edit: 'two identical layers swapped',
    before: [taken('a'), taken('b')],
    after: [taken('b'), taken('a')],
    outcome: ['stale', 'stale'],
    because: 'the text does not show whether they were swapped',
  },
  {
    edit: 'a layer between identical layers changed',
    before: [conv(8), POOL, conv(16), POOL],
    after: [conv(8), POOL, conv(24), POOL],
    outcome: ['1', '2', 'stale 3', '4'],
    because: 'swapping the identical layers would not change the text',
  },
  {
    edit: 'two blocks of layers swapped',
    before: [conv(8), POOL, conv(16), POOL],
    after: [conv(16), POOL, conv(8), POOL],
    outcome: ['stale 1', 'stale', 'stale 3', 'stale'],
    because: 'the pools may have moved with the convolutions',
  },
  {
    edit: 'the first block removed, a new one added below',
    before: [conv(8), POOL, conv(16), POOL],
    after: [conv(16), POOL, conv(32), POOL],
    outcome: ['stale 1', 'stale', 'stale 3', 'stale'],
    because: 'all filters may have been doubled instead',
  },
  {
    edit: 'a block added below',
    before: [conv(8), POOL, conv(16), POOL],
    after: [conv(8), POOL, conv(16), POOL, conv(32), POOL],
    outcome: ['1', '2', '3', 'stale', '–', 'stale'],
    because: 'either of the last two pools can be the recorded one',
  },
  {
    edit: 'two functions with identical layers swapped',
    before: [...inside('a'), ...inside('b')],
    after: [...inside('b'), ...inside('a')],
    outcome: ['stale', 'stale'],
    because: 'the text does not show whether they were swapped',
  },
  {
    edit: 'functions that share an identical layer moved down',
    before: [...inside('a'), 'function b() {', conv(8), POOL, '  return tf.layers.flatten();', '}'],
    after: ['', ...inside('a'), 'function b() {', conv(8), POOL, '  return tf.layers.flatten();', '}'],
    outcome: ['1', '2', '3', '4'],
    because: 'the other layers of the second function rule out a swap',
  },
  {
    edit: 'one of two identical layers deleted, the other copied',
    before: ['const first = tf.layers.flatten();', 'const b = tf.layers.flatten();'],
    after: ['const first = tf.layers.flatten();', 'const first = tf.layers.flatten();'],
    outcome: ['stale', 'stale'],
    because: 'the second layer was recorded in a different statement',
  },
  {
    edit: 'two identical layers, the first with an input shape',
    before: [conv(8, ', inputShape: [8, 8, 1]'), conv(8), FLATTEN],
    after: ['', conv(8, ', inputShape: [8, 8, 1]'), conv(8), FLATTEN],
    outcome: ['1', '2', '3'],
    because: 'the input shape distinguishes them',
  },
  {
    edit: 'a layer replaced by another kind',
    before: [conv(8), POOL, FLATTEN],
    after: [conv(8), 'model.add(tf.layers.averagePooling2d({ poolSize: 2 }));', FLATTEN],
    outcome: ['1', '–', '3'],
    because: '',
  },
  {
    edit: 'an unfinished line',
    before: NET,
    after: [conv(8), POOL, 'model.add(tf.layers.conv2d({ filters: ', ';', FLATTEN, dense(10)],
    outcome: ['1', '2', '4', '5'],
    because: 'the other layers keep their values while you type',
  },
];

/** A match as it is written in the table. */
export function outcomeOf(match: LayerMatch): string {
  if (match.state === 'unrecorded') return '–';
  const layers = match.layers.map(({ index }) => index + 1).join('+');
  return match.state === 'current' ? layers : `stale ${layers}`.trim();
}

/** The table as Markdown; layers are numbered in the order in which they were recorded. */
export function matchingMarkdown(): string {
  const rows = MATCHING_TABLE.map(({ edit, outcome, because }) => `| ${edit} | ${outcome.join(' · ')} | ${because} |`);
  return ['| edit | values above the layers after the edit | reason |', '|---|---|---|', ...rows].join('\n');
}
