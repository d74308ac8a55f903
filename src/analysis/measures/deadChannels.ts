/** Channels that say nothing: dead and saturated ones. */

/** Share of the layer's range at which a channel's own range is nothing. */
const DEAD_SHARE = 1e-6;
/** Share of a channel's values near the activation's bounds from which it is saturated. */
const SATURATED_SHARE = 0.99;

/**
 * Channels whose maximum − minimum is at most 1e-6 of the layer's, given each channel's extremes over
 * all probes. A channel without finite values (NaN) is not called dead.
 */
export function deadChannels(minimum: ArrayLike<number>, maximum: ArrayLike<number>): number[] {
  let [low, high] = [Infinity, -Infinity];
  for (let channel = 0; channel < minimum.length; channel++) {
    if (minimum[channel] < low) low = minimum[channel];
    if (maximum[channel] > high) high = maximum[channel];
  }
  return indicesWhere(minimum.length, (channel) => maximum[channel] - minimum[channel] <= DEAD_SHARE * (high - low));
}

/** Channels of whose values at least 99 % are near a bound: `saturated_fraction`, NaN where there is none. */
export function saturatedChannels(saturatedFraction: ArrayLike<number>): number[] {
  return indicesWhere(saturatedFraction.length, (channel) => saturatedFraction[channel] >= SATURATED_SHARE);
}

/**
 * For each channel that is dead at the last of `history` (epochs in order), the epoch since which it
 * has been dead without a break: channels can revive.
 */
export function deadSince(
  history: readonly { readonly epoch: number; readonly dead: readonly number[] }[],
): { readonly channel: number; readonly since: number }[] {
  const last = history.at(-1);
  return (last?.dead ?? []).map((channel) => {
    const alive = history.findLastIndex(({ dead }) => !dead.includes(channel));
    return { channel, since: history[alive + 1].epoch };
  });
}

function indicesWhere(length: number, holds: (channel: number) => boolean): number[] {
  return Array.from({ length }, (_, channel) => channel).filter(holds);
}
