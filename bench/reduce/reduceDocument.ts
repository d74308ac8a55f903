/** Writes docs/reduce.md: parameters and accuracy before and after, for each seed, and whether they differ by more than chance. */
import type { Comparison } from '../reduce.js';
import { mean, meanAndRange } from '../findings/finding.js';

const BYTES_PER_PARAMETER = 4;

export function reduceDocument(all: readonly Comparison[], epochs: number): string {
  return [
    '# What *Reduce filters* saves',
    '',
    'This page measures how many parameters the quick fix *Reduce filters* saves on the digits example, and what happens to',
    'the accuracy. The quick fix is described in [editor.md](editor.md#quick-fixes).',
    '',
    `\`npm run bench -- reduce\` writes this page from ${all.length} seeds with ${epochs} epochs each. It records the training, reduces every`,
    'layer that the editor offers to reduce, and trains again from new weights. A layer is reduced to the smallest number of',
    'principal components that explain 99 % of the variance of its channel means over the probes, if that number is stable',
    'over the last three epochs.',
    '',
    ...table(all),
    '',
    verdict(all),
    '',
    ...layerTable(all),
    '',
    'Accuracy is measured on the 359 held-out images, so that one image is 0.28 points. Parameters are all weights,',
    'including the statistics of normalization layers. Both trainings of a row use the same seed but draw different random',
    'numbers, because their layers have different sizes. Therefore the interval does not pair them.',
    '',
    '`test/reduce` checks on networks of other styles that the edited files build, that their shapes agree, and why a',
    'reduction is refused.',
    '',
  ].join('\n');
}

function table(all: readonly Comparison[]): string[] {
  const rows = all.map(({ seed, before, after }) => [
    String(seed),
    count(before.parameters),
    count(after.parameters),
    `−${(100 * (1 - after.parameters / before.parameters)).toFixed(0)} %`,
    percent(before.accuracy),
    percent(after.accuracy),
    points(after.accuracy - before.accuracy),
  ]);
  const averages = [
    'mean',
    count(mean(all.map(({ before }) => before.parameters))),
    count(mean(all.map(({ after }) => after.parameters))),
    `−${(100 * (1 - mean(all.map(({ before, after }) => after.parameters / before.parameters)))).toFixed(0)} %`,
    percent(mean(all.map(({ before }) => before.accuracy))),
    percent(mean(all.map(({ after }) => after.accuracy))),
    points(mean(differences(all))),
  ];
  return [
    '| seed | parameters before | after | | accuracy before | after | difference, points |',
    '|---|---|---|---|---|---|---|',
    ...[...rows, averages].map(line),
  ];
}

function verdict(all: readonly Comparison[]): string {
  const difference = mean(differences(all));
  const halfWidth = 1.96 * Math.hypot(standardError(all, 'before'), standardError(all, 'after'));
  const isBeyond = Math.abs(difference) > halfWidth;
  const saved = mean(all.map(({ before, after }) => before.parameters - after.parameters));
  const [low, high] = [difference - halfWidth, difference + halfWidth];
  return (
    `On average, the quick fix removes ${count(saved)} parameters (${((saved * BYTES_PER_PARAMETER) / 1024).toFixed(0)} KiB), and the accuracy changes by ${points(difference)} points ` +
    `(95 % interval ${points(low)} to ${points(high)}, from the spread over seeds). This is ${isBeyond ? 'more' : 'no more'} than the difference between seeds.`
  );
}

/** What was offered for each layer, over the seeds. */
function layerTable(all: readonly Comparison[]): string[] {
  const [first] = all;
  const layers = first.reduced.manifest.layers.filter(({ kind }) => kind === 'conv' || kind === 'dense').slice(0, -1);
  const rows = layers.map((layer) => {
    const offered = all.flatMap(({ reduced }) => reduced.layers.filter((one) => one.layer.index === layer.index));
    const refused = all.flatMap(({ reduced }) => reduced.refused.filter((one) => one.layer.index === layer.index));
    return [
      `${layer.name}, ${layer.className}`,
      String(layer.channelCount),
      meanAndRange(
        offered.map(({ count: n }) => n),
        1,
      ),
      `${offered.length} of ${all.length}`,
      String(refused.length),
    ];
  });
  return [
    '| layer | filters or units | reduced to, mean and range | offered in | refused in |',
    '|---|---|---|---|---|',
    ...rows.map(line),
  ];
}

function differences(all: readonly Comparison[]): number[] {
  return all.map(({ before, after }) => after.accuracy - before.accuracy);
}

function standardError(all: readonly Comparison[], side: 'before' | 'after'): number {
  const values = all.map((one) => one[side].accuracy);
  const middle = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const count = (value: number): string => Math.round(value).toLocaleString('en-US');
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function points(difference: number): string {
  const value = (100 * difference).toFixed(2);
  return difference < 0 ? value.replace('-', '−') : `+${value}`;
}
