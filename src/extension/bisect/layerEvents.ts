/** When something happened to a layer: the epoch at which a channel died, and where its entropy fell most. */
import type { LayerReport } from '../../protocol/measure.js';
import { ALL } from '../../protocol/query.js';
import { printQuery } from '../../protocol/queryText.js';
import type { Layer } from '../../protocol/run.js';
import type { ViewState } from '../../protocol/viewState.js';
import { entropyName } from '../words/layerText.js';
import type { Localize } from '../localize.js';
import { viewOfLayer } from '../panel/layerQuery.js';

export type LayerEvent =
  /** `before` is the last recorded epoch at which the channel lived; null: it never did. */
  | { readonly kind: 'died'; readonly channel: number; readonly epoch: number; readonly before: number | null }
  /** Mean intra-sample entropy at `before` and at `epoch`, the next recorded one. */
  | {
      readonly kind: 'fell';
      readonly epoch: number;
      readonly before: number;
      readonly bits: readonly [number, number];
    };

/** A fall is one only beyond the intervals of both its ends. */
const FALL_HALF_WIDTHS = 2;

/** Deaths in the order of their epochs, then the deepest fall. Channels that died and revived are not told. */
export function layerEvents({ channels, intraByEpoch, intraHalfWidthBits }: LayerReport): LayerEvent[] {
  const epochs = intraByEpoch.map(({ epoch }) => epoch);
  const deaths = channels.dead.map((channel, at): LayerEvent => {
    const epoch = channels.deadSince[at] ?? channels.epoch;
    return { kind: 'died', channel, epoch, before: epochs[epochs.indexOf(epoch) - 1] ?? null };
  });
  const fall = deepestFall(intraByEpoch);
  const isFall = fall !== null && fall.bits[0] - fall.bits[1] > FALL_HALF_WIDTHS * (intraHalfWidthBits ?? 0);
  return [...deaths.sort((a, b) => a.epoch - b.epoch), ...(isFall ? [fall] : [])];
}

/** Null where the entropy never falls. Damaged epochs are skipped. */
function deepestFall(points: LayerReport['intraByEpoch']): Extract<LayerEvent, { kind: 'fell' }> | null {
  let deepest: Extract<LayerEvent, { kind: 'fell' }> | null = null;
  let before: { epoch: number; bits: number } | null = null;
  for (const { epoch, bits } of points) {
    if (bits === null) continue;
    const depth = before === null ? 0 : before.bits - bits;
    if (before && depth > 0 && (!deepest || depth > deepest.bits[0] - deepest.bits[1]))
      deepest = { kind: 'fell', epoch, before: before.epoch, bits: [before.bits, bits] };
    before = { epoch, bits };
  }
  return deepest;
}

/** "Channel 15 died at epoch 1", "The map entropy fell from 1.70 to 1.21 bits at epoch 4". */
export function eventText(event: LayerEvent, layer: Layer, t: Localize): string {
  if (event.kind === 'fell')
    return t(
      'The {0} fell from {1} to {2} bits at epoch {3}',
      entropyName([layer], t),
      event.bits[0].toFixed(2),
      event.bits[1].toFixed(2),
      event.epoch,
    );
  const isUnit = layer.mapShape.length === 0;
  // The state before training is epoch 0, which a damaged or resumed recording may not have.
  if (event.before === null && event.epoch > 0)
    return isUnit
      ? t('Unit {0} was already dead at epoch {1}, the first one recorded', event.channel, event.epoch)
      : t('Channel {0} was already dead at epoch {1}, the first one recorded', event.channel, event.epoch);
  if (event.before === null)
    return isUnit
      ? t('Unit {0} was dead before training', event.channel)
      : t('Channel {0} was dead before training', event.channel);
  return isUnit
    ? t('Unit {0} died at epoch {1}', event.channel, event.epoch)
    : t('Channel {0} died at epoch {1}', event.channel, event.epoch);
}

/**
 * The view of the epochs before and after: a channel's maps at both, a row each; of units, which have no maps, their
 * entropies. `channel` is the one that a fall of the whole layer is shown at.
 */
export function eventState(
  event: LayerEvent,
  layer: Layer,
  layers: readonly Layer[],
  channel: number,
): Partial<ViewState> {
  const from = event.before ?? event.epoch;
  const at = event.kind === 'died' ? event.channel : channel;
  if (layer.mapShape.length > 0) return mapsState(layer, layers, at, [from, event.epoch]);
  const query = printQuery({
    samples: ALL,
    layers: { kind: 'layers', items: [{ kind: 'name', name: layer.name }] },
    channels: event.kind === 'died' ? { kind: 'ranges', ranges: [[event.channel, event.channel]] } : ALL,
    epochs: { kind: 'ranges', ranges: [[from, event.epoch]] },
  });
  return { view: 'query', query, measure: 'intra', epoch: event.epoch };
}

/** The epoch in sight is the later one. A dead channel has nothing to project back to the input. */
function mapsState(
  layer: Layer,
  layers: readonly Layer[],
  channel: number,
  [from, to]: readonly [number, number],
): Partial<ViewState> {
  const state = viewOfLayer('channels', layer, layers);
  if (!state.channels) return state;
  const epochs = from === to ? [to] : [from, to];
  const maps = { samples: 'classes', unit: 'none', overEpochs: true, epochs } as const;
  return {
    ...state,
    epoch: to,
    selected: { layer: layer.index, channel, sample: null },
    channels: { ...state.channels, channel, maps },
  };
}

/** The channel whose mean entropy fell most between two epochs, the first of them where none did. */
export function deepestChannel(before: readonly (number | null)[], after: readonly (number | null)[]): number {
  const falls = before.map((bits, channel) => (bits ?? 0) - (after[channel] ?? 0));
  return Math.max(0, falls.indexOf(Math.max(...falls)));
}
