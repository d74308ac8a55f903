/** What the circles of a layer's channels are drawn from, and a channel's rank among them. */
import type { PackingSpec } from '../../marks/circlePacking.js';
import { countWords } from '../../text/words.js';
import type { BitsByGroup } from './channelPanels.js';

export interface CirclePackingProps extends Pick<PackingSpec, 'anchors' | 'fill' | 'mostBits' | 'channels'> {
  readonly groups: readonly BitsByGroup[];
  readonly classNames: readonly string[];
  /** Classes that stand out in all views. */
  readonly pinned: readonly number[];
  readonly chosen: number;
  readonly epoch: number;
  readonly onChannel: (channel: number) => void;
  /** Where a function is put that draws the circles into the SVG for a file, and returns what undoes it. */
  readonly forFile?: { current: (() => () => void) | null };
}

/** "6th of 32". */
export function rankWords(values: readonly (number | null)[], at: number): string {
  const rank = 1 + values.filter((value) => (value ?? 0) > (values[at] ?? 0)).length;
  const ending = rank % 100 > 10 && rank % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][rank % 10] ?? 'th');
  return `${countWords(rank)}${ending} of ${countWords(values.length)}`;
}
