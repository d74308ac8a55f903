/** What the layer view asks: whole layers against each other at an epoch, and the channels of a pair. */
import type { DistanceMiResult, DistanceMiValue, MeasureOptions } from '../../../src/protocol/measure.js';
import { ALL, type Query } from '../../../src/protocol/query.js';
import { printQuery } from '../../../src/protocol/queryText.js';
import type { CallOptions } from '../../../src/protocol/rpc.js';
import type { Layer } from '../../../src/protocol/run.js';
import type { LayerPair } from '../../../src/protocol/viewState.js';
import type { Host } from '../../host/host.js';

/** The smallest number with which a 5 % test is possible: the largest of 19 is its threshold. */
export const PERMUTATIONS = 19;
/** More cells than these have their null computed only when asked for. */
export const QUICK_CELLS = 1024;
/** Cells times epochs that are asked for to fix the scale and to show what changes. */
const MOST_TREND_CELLS = 40_000;

export interface DistanceQuestion {
  readonly query: string;
  readonly options: MeasureOptions;
}

function queryOf(layer: number | null, epochs: readonly number[], channels: Query['channels'] = ALL): string {
  const layers: Query['layers'] =
    layer === null ? ALL : { kind: 'layers', items: [{ kind: 'range', range: [layer, layer] }] };
  const ranges = epochs.map((epoch) => [epoch, epoch] as const);
  return printQuery({ samples: ALL, layers, channels, epochs: { kind: 'ranges', ranges } });
}

export function wholeLayersQuestion(epoch: number, permutations = 0): DistanceQuestion {
  const options = permutations > 0 ? { of: 'layers' as const, permutations } : { of: 'layers' as const };
  return { query: queryOf(null, [epoch]), options };
}

/** One channel of A against all of B, with the intervals of its cells. */
export function intervalQuestion(
  { a, b }: LayerPair,
  layers: readonly Layer[],
  epoch: number,
  channel: number,
): DistanceQuestion {
  const channels: Query['channels'] = { kind: 'ranges', ranges: [[channel, channel]] };
  return { query: queryOf(a, [epoch], channels), options: { of: 'channels', other: layers[b].name, interval: true } };
}

/** Channels of A (the matrix's rows) against those of B. */
export function pairQuestion(
  { a, b }: LayerPair,
  layers: readonly Layer[],
  epochs: readonly number[],
  permutations: number,
): DistanceQuestion {
  const other = layers[b].name;
  return {
    query: queryOf(a, epochs),
    options: permutations > 0 ? { of: 'channels', other, permutations } : { of: 'channels', other },
  };
}

export async function askDistance(host: Host, question: string, call: CallOptions): Promise<DistanceMiResult> {
  const { query, options } = JSON.parse(question) as DistanceQuestion;
  const result = await host.call('measure', { query, measure: 'distance-mi', options }, call);
  if (result.measure !== 'distance-mi') throw new Error(`asked for distance MI, got ${result.measure}`);
  return result;
}

/** All epochs, or as many as the cells allow, evenly, the last among them. */
export function trendEpochs(epochs: readonly number[], cells: number): number[] {
  const most = Math.max(2, Math.floor(MOST_TREND_CELLS / Math.max(1, cells)));
  if (epochs.length <= most) return [...epochs];
  const places = Array.from({ length: most }, (_, i) => Math.round((i * (epochs.length - 1)) / (most - 1)));
  return [...new Set(places)].map((place) => epochs[place]);
}

/** As many as stand beside each other at first. */
const EPOCHS_AT_FIRST = 4;

/** Epochs side by side: the chosen ones that there are, else the first, the last and some between, early ones closer. */
export function epochsBeside(chosen: readonly number[] | undefined, whole: readonly number[]): number[] {
  if (chosen) return chosen.filter((epoch) => whole.includes(epoch));
  const last = whole.length - 1;
  const places = Array.from({ length: EPOCHS_AT_FIRST }, (_, i) => Math.round(last * (i / (EPOCHS_AT_FIRST - 1)) ** 2));
  return [...new Set(places)].flatMap((place) => whole[place] ?? []);
}

/** The pair that was chosen, or where it does not fit this run the first two layers of convolutions. */
export function soundPair(chosen: LayerPair | null, layers: readonly Layer[]): LayerPair {
  if (chosen && chosen.a < layers.length && chosen.b < layers.length) return chosen;
  const convolutions = layers.filter((layer) => layer.kind === 'conv');
  const hidden = layers.filter((layer) => layer.kind !== 'input');
  const [a, b] =
    convolutions.length > 1 ? convolutions : [...convolutions, ...hidden.filter((one) => one !== convolutions[0])];
  const first = a?.index ?? 0;
  return { a: first, b: b?.index ?? first, order: 'maximum', masked: true };
}

/**
 * Layers whose distances are those of one that feeds them, as of a dropout at rest or a flattening: layer
 * by layer, the first one that it repeats.
 */
export function copiesAmong(value: DistanceMiValue, layers: readonly Layer[]): ReadonlyMap<number, number> {
  const copies = new Map<number, number>();
  const place = new Map(value.rows.map(({ layer }, i) => [layer, i]));
  for (const { index, inputs } of layers) {
    const own = place.get(index);
    if (own === undefined || inputs.length !== 1) continue;
    const from = place.get(inputs[0]);
    if (from === undefined) continue;
    const bits = value.bits[own * value.columns.length + from] ?? null;
    const [h, other] = [value.entropyRows[own] ?? null, value.entropyRows[from] ?? null];
    if (bits === null || h === null || other === null || h === 0) continue;
    const same = Math.abs(h - bits) < 1e-6 && Math.abs(other - bits) < 1e-6;
    if (same) copies.set(index, copies.get(inputs[0]) ?? inputs[0]);
  }
  return copies;
}
