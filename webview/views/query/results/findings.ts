/**
 * Findings in words, only where they are simple and follow from the numbers in sight. Each function
 * returns null rather than say something that another reading of the same numbers would deny.
 */
import type { InterResult, InterValue } from '../../../../src/protocol/measure.js';
import { listWords } from '../../../text/words.js';

type Known = InterValue & { readonly bits: number };

/** `nameOf` is what a layer is called where its line ends. */
export function interFinding(result: InterResult, nameOf: (layer: number) => string): string | null {
  const layers = new Set(result.values.map((value) => value.layer));
  const known = result.values.filter((value): value is Known => value.bits !== null);
  if (known.length === 0) return 'No epoch has a value.';
  if (layers.size > 1) return largestFall(known, nameOf);
  const first = known[0];
  const last = known[known.length - 1];
  if (known.length === 1) return `${first.bits.toFixed(2)} bits at t = ${first.epoch}.`;
  const width = first.halfWidthBits;
  if (width !== null && known.every((value) => Math.abs(value.bits - first.bits) <= width)) {
    return `No measurable change since t = ${first.epoch}.`;
  }
  if (width === null || last.halfWidthBits === null) return changeWords(first, last);
  const apart = Math.abs(last.bits - first.bits) > width + last.halfWidthBits;
  return apart ? changeWords(first, last) : 'The first and last epoch are within each other’s intervals.';
}

function changeWords(first: Known, last: Known): string {
  const change = last.bits - first.bits;
  if (Math.abs(change) < 0.005) return `The same at t = ${first.epoch} and t = ${last.epoch}.`;
  return `${change < 0 ? 'Falls' : 'Rises'} by ${Math.abs(change).toFixed(2)} from t = ${first.epoch} to t = ${last.epoch}.`;
}

/** The layer whose entropy changed most between its first and its last epoch. */
function largestFall(known: readonly Known[], nameOf: (layer: number) => string): string | null {
  const changes = [...new Set(known.map((value) => value.layer))].map((layer) => {
    const values = known.filter((value) => value.layer === layer);
    return { layer, change: values[values.length - 1].bits - values[0].bits };
  });
  const most = changes.reduce((a, b) => (Math.abs(b.change) > Math.abs(a.change) ? b : a));
  if (Math.abs(most.change) < 0.05) return 'No layer changes by 0.05 bits or more.';
  return `${nameOf(most.layer)} changes most: ${most.change > 0 ? '+' : '−'}${Math.abs(most.change).toFixed(2)}.`;
}

export interface ChannelCourse {
  readonly channel: number;
  readonly values: readonly { readonly epoch: number; readonly value: number | null }[];
}

/** Channels that began below half of where they ended, or ended below half of where they began. */
export function intraFinding(courses: readonly ChannelCourse[], dead: readonly number[]): string | null {
  const rising: number[] = [];
  const falling: number[] = [];
  let settled = 0;
  for (const { channel, values } of courses) {
    const known = values.filter((one): one is { epoch: number; value: number } => one.value !== null);
    if (known.length < 2 || dead.includes(channel)) continue;
    const first = known[0].value;
    const last = known[known.length - 1].value;
    if (last - first > 0.5 && first < last / 2) {
      rising.push(channel);
      settled = Math.max(settled, known.find((one) => one.value >= 0.9 * last)?.epoch ?? 0);
    }
    if (first - last > 0.5 && last < first / 2) falling.push(channel);
  }
  const parts = [
    ...(rising.length > 0
      ? [
          `${listWords(rising)} ${rising.length === 1 ? 'starts' : 'start'} low and ${rising.length === 1 ? 'fills' : 'fill'} up by epoch ${settled}.`,
        ]
      : []),
    ...(falling.length > 0 ? [`${listWords(falling)} ${falling.length === 1 ? 'loses' : 'lose'} more than half.`] : []),
    ...(dead.length > 0 ? [`${listWords(dead)} ${dead.length === 1 ? 'is' : 'are'} dead.`] : []),
  ];
  return parts.length > 0 ? parts.join(' ') : null;
}
