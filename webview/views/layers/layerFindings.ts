/** What a matrix of channels says, in sentences. */
import { conditionalsOf, type DistanceMiValue } from '../../../src/protocol/measure.js';
import { strongestCell } from './cells.js';
import { countWords, listWords, plural } from '../../text/words.js';

const MOST_LISTED = 12;

/** `nulled` is the same matrix with its null; null while it is not known. */
export function pairFindings(value: DistanceMiValue, thresholdBits: number | null): string[] {
  if (value.reason !== null) return [`No value at epoch ${value.epoch}: ${value.reason}`];
  const cells = value.bits.length;
  const above = thresholdBits === null ? null : countAbove(value.bits, thresholdBits);
  return [
    ...constantWords('A', value.entropyRows, value.rows),
    ...constantWords('B', value.entropyColumns, value.columns),
    ...(above === null ? [] : [`${countWords(cells - above)} of ${plural(cells, 'cell')} do not exceed the null`]),
    ...strongestWords(value),
    ...shareWords(value),
    ...(value.nonFiniteCount > 0 ? [`${plural(value.nonFiniteCount, 'sample')} with NaN or ±Inf left out`] : []),
  ];
}

function countAbove(values: readonly (number | null)[], threshold: number): number {
  let count = 0;
  for (const value of values) if (value !== null && value > threshold) count++;
  return count;
}

/** All distances equal: the channel answers every sample alike. */
function constantWords(
  side: 'A' | 'B',
  entropies: readonly (number | null)[],
  channels: DistanceMiValue['rows'],
): string[] {
  const constant = channels.flatMap(({ channel }, i) => (entropies[i] === 0 && channel !== null ? [channel] : []));
  if (constant.length === 0) return [];
  const listed = constant.slice(0, MOST_LISTED);
  const more = constant.length > MOST_LISTED ? ' …' : '';
  return [
    `${constant.length} of ${plural(channels.length, 'channel')} of ${side} ${constant.length === 1 ? 'is' : 'are'} constant over all samples: ${listWords(listed)}${more}`,
  ];
}

/** A number and no verdict: pairs are called redundant by r of their maps, and the ratio alone flags nothing. */
function shareWords({ share }: DistanceMiValue): string[] {
  let highest: number | null = null;
  for (const one of share) if (one !== null && (highest === null || one > highest)) highest = one;
  return highest === null ? [] : [`Largest MI/min(H): ${highest.toFixed(2)}`];
}

function strongestWords(value: DistanceMiValue): string[] {
  const { a, b } = strongestCell(value);
  const bits = value.bits[a * value.columns.length + b] ?? null;
  if (bits === null) return [];
  return [`Highest for A ${value.rows[a].channel} and B ${value.columns[b].channel}: ${bits.toFixed(2)} bits`];
}

/** One cell as words: value, entropies, ratio, null. */
export function cellWords(value: DistanceMiValue, thresholdBits: number | null, a: number, b: number): string[] {
  const at = a * value.columns.length + b;
  const bits = value.bits[at] ?? null;
  if (bits === null) return [`no value${value.reason ? `: ${value.reason}` : ''}`];
  const given = conditionalsOf(value, a, b);
  const share = value.share[at] ?? null;
  return [
    `H(A) ${(value.entropyRows[a] ?? 0).toFixed(2)} · H(B) ${(value.entropyColumns[b] ?? 0).toFixed(2)}`,
    `H(A|B) ${given?.aGivenB.toFixed(2) ?? '–'} · H(B|A) ${given?.bGivenA.toFixed(2) ?? '–'}`,
    `MI/min(H) ${share === null ? 'undefined, one side is constant' : share.toFixed(2)}`,
    thresholdBits === null
      ? 'null not computed'
      : `null ${thresholdBits.toFixed(3)} bits: ${bits > thresholdBits ? 'above chance' : 'no higher than chance'}${familyWise(value, at)}`,
  ];
}

/** ", p ≤ 0.05 family-wise, 19 permutations": the smallest p that so many permutations allow is said to be a bound. */
function familyWise({ null: permuted }: DistanceMiValue, at: number): string {
  const p = permuted?.p[at] ?? null;
  if (!permuted || p === null) return '';
  const isLeast = p <= 1 / (permuted.permutations + 1) + 1e-9;
  return `, p ${isLeast ? '≤' : '='} ${p.toFixed(2)} family-wise, ${plural(permuted.permutations, 'permutation')}`;
}

/** " Left out: 5 (copy of 4)." */
export function copyWords(copies: ReadonlyMap<number, number>): string {
  if (copies.size === 0) return '';
  return ` Left out: ${[...copies].map(([copy, of]) => `${copy} (copy of ${of})`).join(', ')}.`;
}

/** Which maps are hatched where they are no higher than chance: it is computed for epochs at which the slider rested. */
export function maskWords(values: readonly DistanceMiValue[]): string {
  const nulled = values.filter((value) => value.null).map(({ epoch }) => epoch);
  if (nulled.length === 0) return 'Not hatched: no null has been computed. ';
  const some = nulled.length === values.length ? '' : `; known only at ${listWords(nulled)}`;
  return `Hatched: no higher than the null of its epoch${some}. `;
}
