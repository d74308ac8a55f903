/**
 * One selection for all views: a layer, a channel of it, a sample. What a person selects in one view moves
 * what the others show; these are the rules, as functions of plain values.
 */
import { ALL, type Query } from '../../src/protocol/query.js';
import type { Layer } from '../../src/protocol/run.js';
import {
  MOST_PINNED_CLASSES,
  type ChannelChoice,
  type LayerPair,
  type Selected,
} from '../../src/protocol/viewState.js';
import { contains, indicesOf, isAll, sizeOf } from './bands.js';
import { channelBands, labelBands, layerBands, withChannels, withLayers } from './terms.js';

export const NOTHING_SELECTED: Selected = { layer: null, channel: null, sample: null };

/** What is selected after a part of it was: another layer has no channel selected until one is. */
export function selectedAfter(before: Selected, part: Partial<Selected>): Selected {
  const moved = part.layer !== undefined && part.layer !== before.layer;
  return { ...before, ...(moved ? { channel: null } : {}), ...part };
}

export function sameSelected(a: Selected, b: Selected): boolean {
  return a.layer === b.layer && a.channel === b.channel && a.sample === b.sample;
}

/** A slice of one layer selects it; one of a single channel selects that too. */
export function selectedBy(query: Query, layers: readonly Layer[]): Partial<Selected> {
  const layer = onlyOne(layerBands(query.layers, layers));
  if (layer === null) return {};
  const channel = query.channels.kind === 'all' ? null : onlyOne(channelBands(query.channels, countOf(layers, layer)));
  return channel === null ? { layer } : { layer, channel };
}

/** Classes that a slice is of; null where it is of all, of more than can be pinned, or of samples chosen otherwise. */
export function classesBy({ samples }: Query, classCount: number): number[] | null {
  const bands = samples.kind === 'where' ? labelBands(samples, classCount) : null;
  if (!bands || isAll(bands, classCount) || sizeOf(bands) > MOST_PINNED_CLASSES) return null;
  const classes = indicesOf(bands);
  return classes.length > 0 ? classes : null;
}

/**
 * The query that goes with a selection: a slice without its layer moves there; its channel only where the query names a single one,
 * since a slice of several is not narrowed by looking at one of them.
 */
export function queryOf(query: Query, { layer, channel }: Selected, layers: readonly Layer[]): Query {
  if (layer === null || !layers[layer]) return query;
  const here = selectedBy(query, layers);
  if (!contains(layerBands(query.layers, layers), layer))
    return { ...query, layers: withLayers([[layer, layer]], layers), channels: ALL };
  if (here.channel === undefined || channel === null || here.channel === channel) return query;
  return { ...query, channels: withChannels([[channel, channel]], countOf(layers, layer)) };
}

/** A layer that neither side of the channel view shows takes its right side; a layer without maps none. */
export function channelChoiceOf(
  choice: ChannelChoice | null,
  { layer, channel }: Selected,
  layers: readonly Layer[],
): ChannelChoice | null {
  if (layer === null || layer === 0 || !layers[layer] || layers[layer].mapShape.length === 0) return choice;
  if (!choice) return { left: companion(layer, layers), right: layer, layer, channel: channel ?? 0, fromFirst: false };
  const at = channel ?? (layer === choice.layer ? choice.channel : 0);
  if (layer === choice.layer && at === choice.channel) return choice;
  const right = layer === choice.left || layer === choice.right ? choice.right : layer;
  return { ...choice, right, layer, channel: at };
}

/** A layer that is neither A nor B becomes B, beside an A that stays. */
export function pairOf(pair: LayerPair | null, { layer }: Selected, layers: readonly Layer[]): LayerPair | null {
  if (layer === null || !layers[layer]) return pair;
  if (!pair) return { a: companion(layer, layers), b: layer, order: 'maximum', masked: true };
  if (layer === pair.a || layer === pair.b) return pair;
  return { ...ordersInSight(pair), b: layer };
}

/** Other channels, or another order of them, go by the epoch in sight again. */
export function ordersInSight(pair: LayerPair): LayerPair {
  const { ...free } = pair;
  delete free.orderEpoch;
  return free;
}

/** What a layer is first seen beside: the first other convolution, else itself. */
function companion(layer: number, layers: readonly Layer[]): number {
  return layers.find(({ kind, index }) => kind === 'conv' && index !== layer)?.index ?? layer;
}

/** Which layer a change of pair selects: the one that is new in it; none where sides were only exchanged. */
export function selectedByPair(before: LayerPair | null, after: LayerPair): Partial<Selected> {
  const known = before ? [before.a, before.b] : [];
  const fresh = [after.b, after.a].find((layer) => !known.includes(layer));
  return fresh === undefined ? {} : { layer: fresh };
}

function onlyOne(bands: readonly (readonly [number, number])[]): number | null {
  return bands.length === 1 && bands[0][0] === bands[0][1] ? bands[0][0] : null;
}

function countOf(layers: readonly Layer[], layer: number): number {
  return layers[layer]?.channelCount ?? 0;
}
