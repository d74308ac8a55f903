/** What the channel view asks of the host, as query texts: only what is in sight, and few epochs where all are many. */
import type { IntraResult } from '../../../src/protocol/measure.js';
import type { CallOptions } from '../../../src/protocol/rpc.js';
import { ALL, type Query } from '../../../src/protocol/query.js';
import { printQuery } from '../../../src/protocol/queryText.js';
import type { Layer } from '../../../src/protocol/run.js';
import type { ChannelChoice } from '../../../src/protocol/viewState.js';
import type { Host } from '../../host/host.js';
import { withChannels, withLayers } from '../../selection/terms.js';
import type { RunFacts } from '../../state/facts.js';

/** Layers whose channels have maps; the input's channels are not learned. */
export function mappedLayers(layers: readonly Layer[]): readonly Layer[] {
  return layers.filter((layer) => layer.index > 0 && layer.mapShape.length > 0);
}

/** The first two convolutions, else the first layers with maps; null where no layer has any. */
export function firstChoice(layers: readonly Layer[]): ChannelChoice | null {
  const mapped = mappedLayers(layers);
  const convolutions = mapped.filter(({ kind }) => kind === 'conv');
  const [left, right = left] = convolutions.length > 0 ? convolutions : mapped;
  if (!left) return null;
  return { left: left.index, right: right.index, layer: right.index, channel: 0, fromFirst: false };
}

/** A link may name what this run does not have. */
export function soundChoice(choice: ChannelChoice | null, layers: readonly Layer[]): ChannelChoice | null {
  const first = firstChoice(layers);
  if (!first || !choice) return first;
  const has = (index: number): boolean => mappedLayers(layers).some((layer) => layer.index === index);
  const left = has(choice.left) ? choice.left : first.left;
  const right = has(choice.right) ? choice.right : first.right;
  const layer = choice.layer === left || choice.layer === right ? choice.layer : right;
  const channel = Math.min(choice.channel, layers[layer].channelCount - 1);
  return { ...choice, left, right, layer, channel };
}

/** All inputs, one layer, some channels (null: all), some epochs (null: all). */
export function channelQuery(
  layer: Layer,
  layers: readonly Layer[],
  channels: readonly [from: number, to: number] | null,
  epochs: readonly number[] | null,
): string {
  const query: Query = {
    samples: ALL,
    layers: withLayers([[layer.index, layer.index]], layers),
    channels: channels ? withChannels([[channels[0], channels[1]]], layer.channelCount) : ALL,
    epochs: epochs ? { kind: 'ranges', ranges: epochs.map((epoch) => [epoch, epoch]) } : ALL,
  };
  return printQuery(query);
}

/** Numbers in one answer for the places of circles. */
const MOST_NUMBERS = 60_000;

/** Epochs, evenly spread, first and last among them, whose channels give the circles their places. */
export function anchorEpochs(facts: RunFacts, layer: Layer): number[] {
  const whole = [...facts.whole].sort((a, b) => a - b);
  const fitting = Math.floor(MOST_NUMBERS / (layer.channelCount * (facts.classCount + 1)));
  const count = Math.min(whole.length, Math.max(3, fitting));
  if (count < 2) return whole;
  const spread = Array.from({ length: count }, (_, i) => whole[Math.round((i * (whole.length - 1)) / (count - 1))]);
  return [...new Set(spread)];
}

export async function askEntropies(host: Host, query: string, call: CallOptions): Promise<IntraResult> {
  const result = await host.call('measure', { query, measure: 'intra' }, call);
  if (result.measure !== 'intra') throw new Error(`asked for intra-sample entropy, got ${result.measure}`);
  return result;
}
