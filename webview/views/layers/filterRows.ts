/** Which filters stand under the inputs, what is asked for them, and how alike their maps are. */
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import type { Layer } from '../../../src/protocol/run.js';
import { MOST_FEATURE_MAPS, type PictureStack } from '../../../src/protocol/viewer.js';
import { MOST_PINNED_CHANNELS, type LayerPair } from '../../../src/protocol/viewState.js';
import { pearson } from '../../marks/correlation.js';
import type { CellChoice } from './cells.js';

export interface PinnedChannel {
  readonly layer: number;
  readonly channel: number;
}

export interface FilterRow extends PinnedChannel {
  readonly pinned: boolean;
}

/** The chosen cell's two channels, pinned or not, then the other pinned ones in the order in which they were pinned. */
export function filterRows(value: DistanceMiValue, cell: CellChoice, pinned: readonly PinnedChannel[]): FilterRow[] {
  const own = [value.rows[cell.a], value.columns[cell.b]].map(({ layer, channel }) => ({
    ...{ layer, channel: channel ?? 0 },
  }));
  const isIn = (some: readonly PinnedChannel[], one: PinnedChannel): boolean =>
    some.some((other) => samePlace(other, one));
  const others = pinned.filter((one) => !isIn(own, one));
  return [
    ...own.map((one) => ({ ...one, pinned: isIn(pinned, one) })),
    ...others.map((one) => ({ ...one, pinned: true })),
  ];
}

export function samePlace(a: PinnedChannel, b: PinnedChannel): boolean {
  return a.layer === b.layer && a.channel === b.channel;
}

/** Pins channels that are not pinned yet; the one pinned longest ago makes room. */
export function withPins(pinned: readonly PinnedChannel[], more: readonly PinnedChannel[]): PinnedChannel[] {
  const fresh = more.filter((one) => !pinned.some((other) => samePlace(one, other)));
  return [...pinned, ...fresh].slice(-MOST_PINNED_CHANNELS);
}

export interface MapsRequest {
  readonly layer: number;
  readonly epoch: number;
  readonly channels: readonly number[];
  readonly samples: readonly number[];
}

/** One request a layer, the inputs first; inputs of three channels come as colours. */
export function mapRequests(
  rows: readonly PinnedChannel[],
  samples: readonly number[],
  epoch: number,
  inputChannels: number,
): MapsRequest[] {
  const layers = [...new Set(rows.map(({ layer }) => layer))].filter((layer) => layer > 0);
  const most = Math.max(1, Math.floor(MOST_FEATURE_MAPS / Math.max(1, samples.length)));
  return [
    { layer: 0, epoch: 0, channels: inputChannels === 3 ? [0, 1, 2] : [0], samples },
    ...layers.map((layer) => {
      const channels = [...new Set(rows.filter((row) => row.layer === layer).map(({ channel }) => channel))];
      return { layer, epoch, channels: channels.slice(0, most), samples };
    }),
  ];
}

/** One channel's pictures out of a stack of several: picture `s * channelCount + place`, with a range of their own. */
export function channelStack(stack: PictureStack, place: number, channelCount: number): PictureStack {
  const size = stack.width * stack.height * stack.planes;
  const count = Math.floor(stack.count / channelCount);
  const values = new Float32Array(count * size);
  for (let sample = 0; sample < count; sample++) {
    const from = (sample * channelCount + place) * size;
    values.set(stack.values.subarray(from, from + size), sample * size);
  }
  let [minimum, maximum] = [0, 0];
  for (const value of values) {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  return { ...stack, count, values, minimum, maximum, n: Array.from({ length: count }, () => 1) };
}

export interface Alike {
  readonly first: FilterRow;
  readonly r: number;
}

/**
 * r of a row's maps to those of the first pinned row of its layer, over all values of the shown samples;
 * null for that row itself, where nothing of the layer is pinned, and where either is constant.
 */
export function correlationToFirst(
  rows: readonly FilterRow[],
  stacks: readonly (PictureStack | null)[],
  at: number,
): Alike | null {
  const place = rows.findIndex((row) => row.pinned && row.layer === rows[at].layer);
  const [own, first] = [stacks[at], stacks[place]];
  if (place < 0 || place === at || !own || !first || samePlace(rows[place], rows[at])) return null;
  const r = pearson(own.values, first.values);
  return r === null ? null : { first: rows[place], r };
}

/** "A 15", "B 3", or without a side the channel's number alone: its layer stands below. */
export function rowName({ layer, channel }: PinnedChannel, { a, b }: LayerPair): string {
  const side = layer === a ? 'A ' : layer === b ? 'B ' : '';
  return `${side}${channel}`;
}

/** Pins that this run has. */
export function soundPins(pinned: readonly PinnedChannel[] | undefined, layers: readonly Layer[]): PinnedChannel[] {
  return (pinned ?? []).filter(({ layer, channel }) => layer > 0 && channel < (layers[layer]?.channelCount ?? 0));
}
