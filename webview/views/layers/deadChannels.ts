/** Which channels of a pair of layers are dead at an epoch, from the statistics of all probes. */
import { useMemo } from 'preact/hooks';
import type { ChannelStates } from '../../../src/protocol/channelDetails.js';
import type { LayerPair } from '../../../src/protocol/viewState.js';
import type { ViewProps } from '../views.js';
import { latest } from '../../state/loadable.js';
import { useAsked } from '../../state/useAsked.js';

export interface DeadChannels {
  readonly a: ReadonlySet<number>;
  readonly b: ReadonlySet<number>;
}

/** Both empty until they are known; `idle` holds the question back while the matrix itself is computed. */
export function useDeadChannels(
  { viewer, facts }: ViewProps,
  pair: LayerPair,
  epoch: number,
  idle: boolean,
): DeadChannels {
  const key = idle ? JSON.stringify([pair.a, pair.b, facts.whole.size]) : null;
  const asked = useAsked(key, 'looking for dead channels', async (text, call) => {
    const [a, b] = JSON.parse(text) as [number, number];
    return Promise.all([a, b].map((layer) => viewer.host.call('channelStates', { layer }, call)));
  });
  const states = latest(asked.value);
  return useMemo(
    () => ({ a: deadAt(states, pair.a, epoch), b: deadAt(states, pair.b, epoch) }),
    [states, pair.a, pair.b, epoch],
  );
}

/** A channel that was dead and has come back is not; one that dies later is not yet. */
export function deadAt(states: readonly ChannelStates[] | null, layer: number, epoch: number): ReadonlySet<number> {
  const own = states?.find((one) => one.layer === layer);
  return new Set(own?.epochs.find((one) => one.epoch === epoch)?.dead ?? []);
}
