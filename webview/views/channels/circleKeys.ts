/** Where arrow keys take the focus among circles: left and right along channels, up and down along classes. */
import type { DiscGroup } from '../../marks/circlePacking.js';

export interface Place {
  readonly group: number;
  /** Place among the channels, not its number. */
  readonly channel: number;
}

/** Null for keys that mean nothing here. Channels without area are passed over where others are left. */
export function circleKey(key: string, { group, channel }: Place, groups: readonly DiscGroup[]): Place | null {
  switch (key) {
    case 'ArrowLeft':
      return { group, channel: stepped(groups[group], channel, -1) };
    case 'ArrowRight':
      return { group, channel: stepped(groups[group], channel, 1) };
    case 'ArrowUp':
      return { group: (group + groups.length - 1) % groups.length, channel };
    case 'ArrowDown':
      return { group: (group + 1) % groups.length, channel };
    default:
      return null;
  }
}

function stepped({ discs }: DiscGroup, from: number, step: -1 | 1): number {
  const count = discs.length;
  for (let far = 1; far <= count; far++) {
    const at = (from + step * far + count * count) % count;
    if (discs[at].r > 0) return at;
  }
  return from;
}
