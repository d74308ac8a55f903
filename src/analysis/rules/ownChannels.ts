/** What a layer's own channels are like, from recorded statistics. */
import type { LayerReport, RedundancyValue } from '../../protocol/measure.js';
import { VALUE_STATISTICS, type Layer, type RunManifest } from '../../protocol/run.js';
import { saturatedChannels } from '../measures/deadChannels.js';

/** A recommendation below this share of a layer's channels is worth a word. */
const FEW_SHARE = 0.75;

/** Layers whose channels are their own; those that pass on are left out. */
const JUDGED = new Set<Layer['kind']>(['conv', 'dense', 'recurrent', 'normalization', 'activation', 'other']);
/** Layers whose number of channels a person writes. */
const COUNTED = new Set<Layer['kind']>(['conv', 'dense']);

export const isJudged = ({ kind }: Layer): boolean => JUDGED.has(kind);

/** Whether a person chooses how many channels it has: not for the classes that a model answers with. */
export function hasChosenCount({ kind, index }: Layer, { layers }: RunManifest): boolean {
  return COUNTED.has(kind) && layers.some(({ inputs }) => inputs.includes(index));
}

type Channels = LayerReport['channels'];

/** An activation or a normalization passes on what is dead before it. */
export function ownDead(
  layer: Layer,
  channels: Channels,
  { layers }: RunManifest,
  channelsOf: (layer: number) => Channels | undefined,
): { channel: number; since: number }[] {
  const passesOn = layer.kind === 'activation' || layer.kind === 'normalization';
  const before = new Set<number>();
  for (const input of passesOn ? layer.inputs : []) {
    if (layers[input]?.channelCount !== layer.channelCount) continue;
    for (const channel of channelsOf(input)?.dead ?? []) before.add(channel);
  }
  return channels.dead.flatMap((channel, at) =>
    before.has(channel) ? [] : [{ channel, since: channels.deadSince[at] ?? channels.epoch }],
  );
}

/** `values` is (statistic, class + 1, channel), as recorded; the last class row is all probes. */
export function saturatedOf(values: Float64Array, layer: Layer, classCount: number): number[] {
  return saturatedChannels(ofAllProbes(values, 'saturated_fraction', layer, classCount));
}

/** NaN and infinite values, all channels together. */
export function nonFiniteOf(values: Float64Array, layer: Layer, classCount: number): number {
  return ofAllProbes(values, 'non_finite_count', layer, classCount).reduce((sum, count) => sum + count, 0);
}

function ofAllProbes(
  values: Float64Array,
  statistic: (typeof VALUE_STATISTICS)[number],
  { channelCount }: Layer,
  classCount: number,
): number[] {
  const rows = classCount + 1;
  const from = (VALUE_STATISTICS.indexOf(statistic) * rows + rows - 1) * channelCount;
  return Array.from({ length: channelCount }, (_, channel) => values[from + channel] ?? NaN);
}

/** The stable recommended count where it is well below what the layer has; null otherwise. */
export function neededOf(layer: Layer, redundancy: RedundancyValue | null): number | null {
  const count = redundancy?.recommendedCount ?? null;
  if (!redundancy || !redundancy.stable || count === null || count < 1) return null;
  return count <= FEW_SHARE * layer.channelCount ? count : null;
}

/** At most `count` of the items, evenly, the first and the last among them. */
export function spread(items: readonly number[], count: number): number[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, at) => items[Math.round((at * (items.length - 1)) / (count - 1))] ?? 0);
}
