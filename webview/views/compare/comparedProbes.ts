/**
 * How many probes the layers' entropies rest on. Inter-sample H grows as log2 N, so that layers of another N than
 * most have no place on one scale with them, and neither has a dead layer: their numbers are said instead.
 */
import { OTHER_START_WORDS, type Change, type ComparedLayer, type Comparison } from '../../../src/protocol/compare.js';
import { countWords } from '../../text/words.js';
import { deadSides, labelOf } from './comparedLayer.js';

/** The N of most layers, the largest of several; null where no layer has a value. */
export function commonN(layers: readonly ComparedLayer[]): number | null {
  const counts = new Map<number, number>();
  for (const { inter } of layers) if (inter) counts.set(inter.n, (counts.get(inter.n) ?? 0) + 1);
  const [most] = [...counts].sort(([n, a], [m, b]) => b - a || m - n);
  return most?.[0] ?? null;
}

/** By row, what stands in place of its marks; null where it lies on the scale. */
export function offScale(layers: readonly ComparedLayer[], common = commonN(layers)): (string | null)[] {
  return layers.map((layer) => {
    const { inter } = layer;
    if (!inter) return null;
    const dead = deadSides(layer);
    if (dead) return `${wayWords(inter)}, dead in ${dead}`;
    if (sidesDiffer(inter)) return `${wayWords(inter)}, different N`;
    return inter.n === common ? null : `${wayWords(inter)}, N = ${countWords(inter.n)}`;
  });
}

/** Of sides of different N it is H − log2 N that is compared. */
function sidesDiffer({ from, to, difference }: Change): boolean {
  return from !== null && to !== null && difference !== null && Math.abs(to - from - difference) > 1e-6;
}

function wayWords({ from, to }: Change): string {
  const [a, b] = [from, to].map((bits) => bits?.toFixed(2) ?? 'no value');
  return a === b ? a : `${a} → ${b}`;
}

/** "N = 560, of input1 1,000, on a different scale because diversity grows as log₂ N." */
export function probesWords({ layers, sameProbes, otherStart, from, to }: Comparison): string {
  const common = commonN(layers);
  const others = layers.filter(({ inter }) => inter && inter.n !== common);
  const n = common === null ? '' : ` N = ${countWords(common)}${apartWords(others)}.`;
  const seen = sameProbes
    ? 'Both sides use the same probes, so the intervals are for paired differences.'
    : `The probes differ (${countWords(from.probeCount)} and ${countWords(to.probeCount)}): the intervals are not paired; the variances of both sides are added.`;
  return `${otherStart ? `${OTHER_START_WORDS} ` : ''}${seen}${n}`;
}

const MOST_NAMED = 3;

function apartWords(others: readonly ComparedLayer[]): string {
  if (others.length === 0) return '';
  const named = others.map((layer) => `for ${labelOf(layer)} ${countWords(layer.inter?.n ?? 0)}`);
  const which = others.length > MOST_NAMED ? `a different N for ${others.length} layers` : named.join(', ');
  return `, ${which}, on a different scale because diversity grows as log₂ N`;
}
