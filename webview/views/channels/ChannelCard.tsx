/** The card beside a circle in focus: value, interval, N, rank, and the value over all inputs. */
import type { VNode } from 'preact';
import type { DiscGroup } from '../../marks/circlePacking.js';
import { countWords } from '../../text/words.js';
import { halfWidth } from './channelPanels.js';
import { rankWords, type CirclePackingProps } from './circleProps.js';
import type { Place } from './circleKeys.js';

export interface ChannelCardProps {
  readonly props: CirclePackingProps;
  readonly place: Place;
  readonly packed: readonly DiscGroup[];
  readonly view: { readonly x: number; readonly y: number; readonly k: number };
}

const WIDTH = 178;
const GAP = 12;

export function ChannelCard({
  props,
  place,
  packed,
  view,
}: ChannelCardProps & { props: { width?: number } }): VNode | null {
  const group = props.groups[place.group];
  const disc = packed[place.group]?.discs[place.channel];
  if (!group || !disc) return null;
  const bits = group.bits[place.channel];
  const width = halfWidth(group.variance[place.channel], group.n[place.channel]);
  const all = props.groups.find(({ id }) => id === null)?.bits[place.channel] ?? null;
  const right = view.x + view.k * (disc.x + disc.r) + GAP;
  const fits = right + WIDTH < (props.width ?? Infinity);
  const left = fits ? right : view.x + view.k * (disc.x - disc.r) - GAP - WIDTH;
  return (
    <div
      class="channel-card"
      id="circle-in-focus"
      role="status"
      style={{ left: `${left}px`, top: `${view.y + view.k * disc.y - 20}px` }}
    >
      <b>
        {group.id === null ? 'All inputs' : `Class ${props.classNames[group.id]}`}, channel {disc.channel}
      </b>
      <span>
        <b>{bits === null ? 'no value' : `${bits.toFixed(2)} bits`}</b>
        {width !== null && ` ± ${width.toFixed(2)}`}
      </span>
      <span class="quiet">
        95 %, N = {countWords(group.n[place.channel])} · {rankWords(group.bits, place.channel)}
      </span>
      {group.id !== null && all !== null && <span class="quiet">all inputs: {all.toFixed(2)} bits</span>}
    </div>
  );
}
