/** Layers and classes of a comparison as rows of changes, and as a table for other programs. */
import type { Change, ComparedClass, ComparedLayer, Comparison } from '../../../src/protocol/compare.js';
import type { LineSeries } from '../../marks/lineChart.js';
import { differenceWords, type ChangeColumn } from '../../marks/changeRows.js';
import { isOfProbes, metricSeries, type MetricKind } from '../query/results/metricSeries.js';
import { table, type Cell } from '../query/results/csv.js';
import type { ChangeRow } from './ChangeRows.js';
import { deadSides, labelOf, rowId } from './comparedLayer.js';
import { offScale } from './comparedProbes.js';

export function layerColumns(layers: readonly ComparedLayer[]): ChangeColumn[] {
  return [
    {
      id: 'inter',
      title: 'Diversity, bits',
      changes: layers.map(({ inter }) => inter),
      digits: 2,
      apart: offScale(layers),
    },
    { id: 'intra', title: 'Map entropy, bits', changes: layers.map(({ intra }) => intra), digits: 2 },
  ];
}

/** `common` is the N of most layers. */
export function layerRow(layer: ComparedLayer, common: number | null): ChangeRow {
  const label = labelOf(layer);
  const dead = deadWords(layer);
  const changed = changedWords(layer);
  const spoken = [
    `diversity ${spokenChange(layer.inter)}${layer.inter ? `, N = ${layer.inter.n}` : ''}`,
    ...(deadSides(layer) ? [`all outputs are constant in ${deadSides(layer)}`] : []),
    `map entropy ${spokenChange(layer.intra)}`,
    `dead ${dead}`,
    ...(changed ? [changed] : []),
  ];
  const name = (layer.to ?? layer.from)?.name ?? '';
  return {
    id: rowId(layer),
    label,
    title: [name, ...offScale([layer], common), ...deadNote(layer), ...layer.notes]
      .filter((one) => one !== null)
      .join('\n'),
    rest: [dead, changed],
    spoken: `${label}: ${spoken.join('; ')}`,
  };
}

function deadWords({ dead: { from, to } }: ComparedLayer): string {
  if (from === null || to === null) return String(from ?? to ?? '–');
  return from === to ? String(to) : `${from} → ${to}`;
}

function deadNote(layer: ComparedLayer): string[] {
  const sides = deadSides(layer);
  return sides ? [`All outputs are constant in ${sides}, so its diversity is meaningless there.`] : [];
}

function changedWords({ from, to, changedArguments }: ComparedLayer): string {
  if (!from) return 'only in B';
  return to ? changedArguments.join(', ') : 'only in A';
}

function spokenChange(change: Change | null): string {
  const bits = (value: number | null): string => (value === null ? 'no value' : value.toFixed(2));
  return change ? `${bits(change.from)} to ${bits(change.to)}, change ${differenceWords(change, 2)}` : 'no value';
}

export function classColumns(classes: readonly ComparedClass[]): ChangeColumn[] {
  return [
    { id: 'label', title: 'H(label | predicted)', changes: classes.map((one) => one.labelGivenPrediction), digits: 2 },
    {
      id: 'prediction',
      title: 'H(prediction | label)',
      changes: classes.map((one) => one.predictionGivenLabel),
      digits: 2,
    },
  ];
}

export function classRow(one: ComparedClass, index: number): ChangeRow {
  const label = one.name.trim() || `class ${index}`;
  const spoken = `${label}: H(label | predicted) ${spokenChange(one.labelGivenPrediction)}; H(prediction | label) ${spokenChange(one.predictionGivenLabel)}`;
  return { id: String(index), label, title: label, rest: [], spoken };
}

/** One line a side, A paler, marked at the epoch that is compared; the main metric of the kind. */
export function bothMetrics(comparison: Comparison, kind: MetricKind): LineSeries[] {
  const { metrics } = comparison;
  const sides = [metrics.from, metrics.to].map((one) => metricSeries(one, kind));
  const main = kind === 'accuracy' ? sides[0].find(({ id }) => isOfProbes(id))?.id : 'loss';
  const name = sides.every((side) => side.some(({ id }) => id === main)) ? main : sides[0][0]?.id;
  return sides.flatMap((side, i) => {
    const line = side.find(({ id }) => id === name);
    return line ? [sideLine(comparison, i, line.points)] : [];
  });
}

export function entropyCurves(comparison: Comparison, { curves }: ComparedLayer): LineSeries[] {
  return [curves.from, curves.to].flatMap((points, i): LineSeries[] =>
    points.length === 0
      ? []
      : [
          sideLine(
            comparison,
            i,
            points.map(({ epoch, bits }) => ({ epoch, value: bits })),
          ),
        ],
  );
}

/** The second side stands out; "A, t = 5" tells its value there, wherever the other views' epoch is. */
function sideLine({ from, to }: Comparison, i: number, points: LineSeries['points']): LineSeries {
  const { epoch } = [from, to][i];
  return { id: 'AB'[i], label: `${'AB'[i]}, t = ${epoch}`, tone: i === 0 ? 'muted' : 'accent', at: epoch, points };
}

export function lastEpoch(series: readonly LineSeries[]): number {
  return Math.max(1, ...series.flatMap(({ points }) => points.map(({ epoch }) => epoch)));
}

export function comparisonCsv({ layers, from, to, sameProbes }: Comparison): string {
  const cells = (change: Change | null): Cell[] => [
    ...[change?.from ?? null, change?.to ?? null, change?.difference ?? null, change?.halfWidth ?? null],
    ...[change?.n ?? null, change ? (change.paired ? 'paired' : 'independent') : null],
  ];
  const head = ['a_layer', 'b_layer', 'class'];
  for (const name of ['inter', 'intra'])
    head.push(...['a', 'b', 'difference', 'half_width', 'n', 'interval'].map((part) => `${name}_${part}`));
  const rows = layers.map((layer): Cell[] => [
    ...[layer.from?.name ?? null, layer.to?.name ?? null, (layer.to ?? layer.from)?.className ?? null],
    ...[...cells(layer.inter), ...cells(layer.intra), layer.dead.from, layer.dead.to],
    ...[layer.changedArguments.join('; '), from.id, from.epoch, to.id, to.epoch, sameProbes ? 'same' : 'other'],
  ]);
  return table([...head, 'a_dead', 'b_dead', 'changed', 'a_run', 'a_epoch', 'b_run', 'b_epoch', 'probes'], rows);
}

export function classesCsv(classes: readonly ComparedClass[]): string {
  const cells = ({ from, to, difference, halfWidth }: Change): Cell[] => [from, to, difference, halfWidth];
  const parts = ['a', 'b', 'difference', 'half_width'];
  const head = ['label_given_prediction', 'prediction_given_label'].flatMap((name) =>
    parts.map((part) => `${name}_${part}`),
  );
  return table(
    ['class', ...head],
    classes.map((one) => [one.name, ...cells(one.labelGivenPrediction), ...cells(one.predictionGivenLabel)]),
  );
}
