/** Matrices, information values, alignments and redundancy as tables: a row a cell, for CSV and for terminals. */
import {
  conditionalsOf,
  type CkaResult,
  type DistanceMiResult,
  type LayerMiResult,
  type MapsReference,
  type RedundancyResult,
  type RedundantPairValue,
  type SliceEntropyResult,
} from './measure.js';
import type { Layer } from './run.js';

export type TableCell = string | number | null;

export interface MeasureTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly TableCell[])[];
}

export type TabulatedResult = DistanceMiResult | LayerMiResult | CkaResult | RedundancyResult | SliceEntropyResult;

/** Only the layers' names are needed; of arrays there are none. */
type Names = readonly Pick<Layer, 'name'>[];

/** Why a row has no value, or what was left out of it. */
export function noteOf(value: { readonly reason: string | null; readonly nonFiniteCount: number }): string {
  if (value.reason !== null) return value.reason;
  return value.nonFiniteCount > 0 ? `${value.nonFiniteCount} left out: not finite` : '';
}

const NO_ALIGNMENT = 'undefined: a side is constant, or its epoch is damaged';

export function measureTable(result: TabulatedResult, layers: Names): MeasureTable {
  switch (result.measure) {
    case 'distance-mi':
      return distanceMiTable(result, layers);
    case 'layer-mi':
      return layerMiTable(result, layers);
    case 'cka':
      return ckaTable(result, layers);
    case 'redundancy':
      return redundancyTable(result, layers);
    case 'slice':
      return sliceTable(result, layers);
  }
}

function distanceMiTable({ values }: DistanceMiResult, layers: Names): MeasureTable {
  const header = ['epoch', 'A', 'B', 'MI bits', 'Miller-Madow', 'H(A)', 'H(B)', 'H(A|B)', 'H(B|A)', 'MI/min(H)'];
  const rows = values.flatMap((value) =>
    value.rows.flatMap((a, row) =>
      value.columns.map((b, column): TableCell[] => {
        const at = row * value.columns.length + column;
        const given = conditionalsOf(value, row, column);
        return [
          ...[epochOf(value.epoch), mapsName(a, layers), mapsName(b, layers), value.bits[at] ?? null],
          ...[value.millerMadowBits[at] ?? null, value.entropyRows[row] ?? null, value.entropyColumns[column] ?? null],
          ...[given?.aGivenB ?? null, given?.bGivenA ?? null, value.share[at] ?? null],
          ...[value.halfWidthBits?.[at] ?? null, value.null?.meanBits[at] ?? null, value.null?.maximumBits ?? null],
          ...[value.null?.p[at] ?? null, value.n, noteOf(value)],
        ];
      }),
    ),
  );
  return { header: [...header, 'half width', 'null mean', 'null max 95 %', 'p', 'N', 'note'], rows };
}

function layerMiTable({ values, pairs, converged }: LayerMiResult, layers: Names): MeasureTable {
  const header = ['layer', 'epoch', 'unit', 'I(T;X) bits', 'upper X', 'I(T;Y) bits', 'upper Y', 'log2 N', 'H(Y)'];
  const rows = values.map((value): TableCell[] => {
    const settled = converged.find(({ layer, unit }) => layer === value.layer && unit === value.unit);
    return [
      ...[
        nameOf(value.layer, layers),
        epochOf(value.epoch),
        value.unit ?? 'all',
        value.inputBits,
        value.inputUpperBits,
      ],
      ...[value.labelBits, value.labelUpperBits, value.n > 0 ? value.inputCeilingBits : null, value.labelCeilingBits],
      ...[value.inputHalfWidthBits, value.labelHalfWidthBits, value.inputNull?.meanBits ?? null],
      ...[value.labelNull?.meanBits ?? null, settled?.input ?? null, settled?.label ?? null, value.n, value.d],
      ...[value.inputMillerMadowBits, value.labelMillerMadowBits, noteOf(value)],
    ];
  });
  const ofPairs = pairs.map((pair): TableCell[] => [
    ...[
      nameOf(pair.layer, layers),
      epochOf(pair.epoch),
      `${pair.a};${pair.b}`,
      pair.bits,
      null,
      null,
      null,
      null,
      null,
    ],
    ...[null, null, pair.null?.meanBits ?? null, null, null, null, values[0]?.n ?? null, 2, null, null],
    'I of the two units',
  ]);
  const rest = ['half width X', 'half width Y', 'null X', 'null Y', 'converged X', 'converged Y', 'N', 'D'];
  return { header: [...header, ...rest, 'Miller-Madow X', 'Miller-Madow Y', 'note'], rows: [...rows, ...ofPairs] };
}

function ckaTable({ between, values }: CkaResult, layers: Names): MeasureTable {
  const itemName = (item: number): TableCell => (between === 'layers' ? nameOf(item, layers) : item);
  const rows = values.flatMap((value) =>
    value.items.flatMap((a, row) =>
      value.items.map((b, column): TableCell[] => {
        const at = row * value.items.length + column;
        const whole = value.layer === null ? epochOf(value.epoch) : nameOf(value.layer, layers);
        const [cka, halfWidth] = [value.values[at] ?? null, value.halfWidths?.[at] ?? null];
        const note = cka === null && value.reason === null ? NO_ALIGNMENT : noteOf(value);
        return [whole, itemName(a), itemName(b), cka, halfWidth, value.n, note];
      }),
    ),
  );
  const header =
    between === 'layers' ? ['epoch', 'layer A', 'layer B'] : (['layer', 'epoch A', 'epoch B'] as readonly string[]);
  return { header: [...header, 'CKA', 'half width', 'N', 'note'], rows };
}

function redundancyTable({ values }: RedundancyResult, layers: Names): MeasureTable {
  const list = (channels: readonly number[]): string => channels.join(' ');
  const rows = values.map((value): TableCell[] => [
    ...[nameOf(value.layer, layers), value.epoch, value.channelCount, value.recommendedCount],
    ...[value.stable ? 'yes' : 'no', list(value.dead), list(value.deadSince), list(value.saturated)],
    value.pairs.map((pair) => `${pair.a}~${pair.b} r=${pair.r.toFixed(3)}${shareText(pair)}`).join(' | '),
    ...[value.n, noteOf(value)],
  ]);
  const header = ['layer', 'epoch', 'channels', 'recommended', 'stable', 'dead', 'dead since', 'saturated', 'pairs'];
  return { header: [...header, 'N', 'note'], rows };
}

/** MI ÷ min(H), and beside it what permuted samples leave of it in 95 of 100 cases. */
function shareText({ share, nullShare }: RedundantPairValue): string {
  if (share === null) return '';
  return ` MI/H=${share.toFixed(3)}${nullShare === null ? '' : ` null=${nullShare.toFixed(3)}`}`;
}

function sliceTable({ bits, millerMadowBits, valueCount, values }: SliceEntropyResult, layers: Names): MeasureTable {
  const rows = values.map((value): TableCell[] => [
    ...[nameOf(value.layer, layers), value.epoch, value.bits, value.millerMadowBits, value.valueCount],
    ...[value.nonFiniteCount, value.n, value.reason ?? ''],
  ]);
  const whole: TableCell[] = ['all', null, bits, millerMadowBits, valueCount, null, null, 'the whole slice'];
  const header = ['layer', 'epoch', 'H bits', 'Miller-Madow', 'values', 'not finite', 'N', 'note'];
  return { header, rows: [...rows, whole] };
}

function mapsName({ layer, channel }: MapsReference, layers: Names): string {
  const name = nameOf(layer, layers);
  return channel === null ? name : name === '' ? String(channel) : `${name}/${channel}`;
}

/** Nothing for arrays, whose epoch is −1. */
function epochOf(epoch: number | null): number | null {
  return epoch !== null && epoch >= 0 ? epoch : null;
}

/** Nothing for arrays, whose layer is −1. */
function nameOf(layer: number, layers: Names): string {
  return layers[layer]?.name ?? (layer < 0 ? '' : String(layer));
}
