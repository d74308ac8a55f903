/**
 * Edits of a model file and what its lenses then say: the table of docs/matching.md. One source for the page and
 * for the test that holds it.
 */
import type { LayerMatch } from '../../src/extension/match/matchLayers.js';

export const HEAD = "const tf = require('@tensorflow/tfjs');\nconst model = tf.sequential();\n";

export interface MatchingRow {
  readonly edit: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** One for each layer of `after`: "1" the value of the first recorded layer, "stale", "stale 1" or "–". */
  readonly outcome: readonly string[];
  /** Why so, where that is not plain. */
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
  { edit: 'nothing', before: NET, after: NET, outcome: ALL, because: 'the file’s hash is the recorded one' },
  {
    edit: 'lines moved down, indented, commented',
    before: NET,
    after: ['// a comment', '', ...NET.map((line) => `  ${line} // layer`), 'model.summary();'],
    outcome: ALL,
    because: 'kinds, arguments and order are the same',
  },
  {
    edit: 'an argument written otherwise',
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
    because: 'that layer is no longer the recorded one; the others are',
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
    because: 'nothing slides to the layer whose arguments it happens to have',
  },
  {
    edit: 'a layer renamed',
    before: [named('a'), POOL, named('b')],
    after: [named('a'), POOL, named('c')],
    outcome: ['1', '2', 'stale 3'],
    because: 'a name is an argument',
  },
  {
    edit: 'a layer inserted',
    before: NET,
    after: [conv(8), POOL, conv(12), conv(16), FLATTEN, dense(10)],
    outcome: ['1', '2', '–', '3', '4', '5'],
    because: 'the new one was not recorded',
  },
  {
    edit: 'a layer inserted that is like its neighbour',
    before: NET,
    after: [conv(8), POOL, conv(16), conv(16), FLATTEN, dense(10)],
    outcome: ['1', '2', 'stale', 'stale', '4', '5'],
    because: 'which of the two is the recorded one is not certain',
  },
  {
    edit: 'a layer deleted',
    before: NET,
    after: [conv(8), conv(16), FLATTEN, dense(10)],
    outcome: ['1', '3', '4', '5'],
    because: '',
  },
  {
    edit: 'one of two like neighbours deleted',
    before: [conv(8), POOL, POOL, FLATTEN],
    after: [conv(8), POOL, FLATTEN],
    outcome: ['1', 'stale', '4'],
    because: 'which one is left is not certain',
  },
  {
    edit: 'two different layers swapped',
    before: [conv(8), conv(16)],
    after: [conv(16), conv(8)],
    outcome: ['stale 1', 'stale 2'],
    because: 'neither shows the other’s value',
  },
  {
    edit: 'two like layers swapped',
    before: [taken('a'), taken('b')],
    after: [taken('b'), taken('a')],
    outcome: ['stale', 'stale'],
    because: 'the text cannot tell a swap from none, so neither has a value',
  },
  {
    edit: 'something else changed between like layers',
    before: [conv(8), POOL, conv(16), POOL],
    after: [conv(8), POOL, conv(24), POOL],
    outcome: ['1', '2', 'stale 3', '4'],
    because: 'equal statements in unchanged order: a trade of the two would leave the text as it is',
  },
  {
    edit: 'two blocks of layers swapped',
    before: [conv(8), POOL, conv(16), POOL],
    after: [conv(16), POOL, conv(8), POOL],
    outcome: ['stale 1', 'stale', 'stale 3', 'stale'],
    because: 'the pools may have moved with the convolutions',
  },
  {
    edit: 'a block taken out above, another added below',
    before: [conv(8), POOL, conv(16), POOL],
    after: [conv(16), POOL, conv(32), POOL],
    outcome: ['stale 1', 'stale', 'stale 3', 'stale'],
    because: 'or all filters doubled: the text cannot tell',
  },
  {
    edit: 'a block added below',
    before: [conv(8), POOL, conv(16), POOL],
    after: [conv(8), POOL, conv(16), POOL, conv(32), POOL],
    outcome: ['1', '2', '3', 'stale', '–', 'stale'],
    because: 'which of the last two pools is the recorded one is not certain',
  },
  {
    edit: 'two functions with like layers swapped',
    before: [...inside('a'), ...inside('b')],
    after: [...inside('b'), ...inside('a')],
    outcome: ['stale', 'stale'],
    because: 'nothing in the text tells a swap of the functions from none',
  },
  {
    edit: 'functions with like layers, one of which has a layer of its own, moved down',
    before: [...inside('a'), 'function b() {', conv(8), POOL, '  return tf.layers.flatten();', '}'],
    after: ['', ...inside('a'), 'function b() {', conv(8), POOL, '  return tf.layers.flatten();', '}'],
    outcome: ['1', '2', '3', '4'],
    because: 'had the functions been swapped, that layer would have moved',
  },
  {
    edit: 'one of two like layers deleted, the other copied',
    before: ['const first = tf.layers.flatten();', 'const b = tf.layers.flatten();'],
    after: ['const first = tf.layers.flatten();', 'const first = tf.layers.flatten();'],
    outcome: ['stale', 'stale'],
    because: 'the second was recorded in a statement that began elsewhere',
  },
  {
    edit: 'two like layers, the first of which says what comes in',
    before: [conv(8, ', inputShape: [8, 8, 1]'), conv(8), FLATTEN],
    after: ['', conv(8, ', inputShape: [8, 8, 1]'), conv(8), FLATTEN],
    outcome: ['1', '2', '3'],
    because: 'the input’s shape tells them apart',
  },
  {
    edit: 'another kind of layer in its place',
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
    because: 'the others stay as they are while one is typed',
  },
];

/** A match as the table says it. */
export function outcomeOf(match: LayerMatch): string {
  if (match.state === 'unrecorded') return '–';
  const layers = match.layers.map(({ index }) => index + 1).join('+');
  return match.state === 'current' ? layers : `stale ${layers}`.trim();
}

/** The table as Markdown; layers are numbered in the order in which they were recorded. */
export function matchingMarkdown(): string {
  const rows = MATCHING_TABLE.map(({ edit, outcome, because }) => `| ${edit} | ${outcome.join(' · ')} | ${because} |`);
  return ['| edit | what stands above the layers of today | because |', '|---|---|---|', ...rows].join('\n');
}
