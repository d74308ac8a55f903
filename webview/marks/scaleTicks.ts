/** The numbers under a colour scale. */
import { scaleLinear } from 'd3';

/** Between two of them, about. */
const TICK_ROOM = 44;

/** Round numbers, each at its own place; the scale's end is named beside it. */
export function scaleTicks(ceiling: number, width: number): { readonly x: number; readonly text: string }[] {
  if (!(ceiling > 0)) return [{ x: 0, text: '0' }];
  const scale = scaleLinear([0, ceiling], [0, width]);
  const count = Math.max(2, Math.floor(width / TICK_ROOM));
  const text = scale.tickFormat(count);
  return scale.ticks(count).map((tick) => ({ x: scale(tick), text: text(tick) }));
}
