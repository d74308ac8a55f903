/** docs/reduce.md: parameters and accuracy before and after, seed by seed, and what of it is more than chance. */
import type { Comparison } from '../reduce.js';
import { mean, meanAndRange } from '../findings/finding.js';

const BYTES_PER_PARAMETER = 4;

export function reduceDocument(all: readonly Comparison[], epochs: number): string {
  return [
    '# What “Reduce filters” is worth',
    '',
    'The quick fix *Reduce filters to N* edits the number of filters or units of a layer, and what is coupled with it,',
    'or says why not (`editor.md`). N is the smallest number of principal directions that holds 99 % of the variance of',
    'the channels’ means over the probes, stable over the last three epochs. `npm run bench -- reduce` tries it on the',
    `digits example: ${all.length} seeds, ${epochs} epochs each; recorded, every layer reduced that the editor offers to reduce, and`,
    'trained again from new weights. Nothing in this page is typed in.',
    '',
    ...table(all),
    '',
    verdict(all),
    '',
    ...layerTable(all),
    '',
    'Accuracy is on the 359 pictures that the script holds out: one picture is 0.28 points. Parameters are all weights,',
    'statistics of normalizations among them. Both trainings of a row draw from the same seed, yet not the same numbers,',
    'since the layers have other sizes; they are no pairs.',
    '',
    'That edited files build, with shapes that agree, and what is refused with which reason, is tried on networks of other',
    'styles in `test/reduce` (`test/fixtures/reduce`).',
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
    `On average ${count(saved)} parameters (${(saved * BYTES_PER_PARAMETER / 1024).toFixed(0)} KiB) are gone, and the accuracy differs by ${points(difference)} points, ` + // prettier-ignore
    `95 % interval ${points(low)} to ${points(high)} from the spread over seeds: ${isBeyond ? 'more than seeds alone differ by' : 'no more than seeds alone differ by'}.`
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
      meanAndRange(offered.map(({ count: n }) => n), 1), // prettier-ignore
      `${offered.length} of ${all.length}`,
      String(refused.length),
    ];
  });
  return [
    '| layer | has | reduced to, mean and range | offered in | refused in |',
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
