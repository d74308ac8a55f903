/** What a matrix of channels says, in sentences. */
import { conditionalsOf, type DistanceMiValue } from '../../../src/protocol/measure.js';
import { strongestCell } from './cells.js';
import { countWords, listWords, plural } from '../../shell/words.js';

/** MI ÷ min(H) from which a pair is called redundant. */
const REDUNDANT_SHARE = 0.9;
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
    redundantWords(value),
    ...strongestWords(value),
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
    `${constant.length} of ${plural(channels.length, 'channel')} of ${side} answer${constant.length === 1 ? 's' : ''} every sample alike: ${listWords(listed)}${more}`,
  ];
}

function redundantWords({ share }: DistanceMiValue): string {
  let [count, known, highest] = [0, 0, 0];
  for (const one of share) {
    if (one === null) continue;
    known++;
    if (one >= REDUNDANT_SHARE) count++;
    if (one > highest) highest = one;
  }
  const most = known === 0 ? 'none has a value' : `largest ${highest.toFixed(2)}`;
  return `${plural(count, 'pair')} with MI/min(H) ≥ ${REDUNDANT_SHARE} (${most})`;
}

function strongestWords(value: DistanceMiValue): string[] {
  const { a, b } = strongestCell(value);
  const bits = value.bits[a * value.columns.length + b] ?? null;
  if (bits === null) return [];
  return [`Most is shared by A ${value.rows[a].channel} and B ${value.columns[b].channel}: ${bits.toFixed(2)} bits`];
}

/** One cell as words: value, entropies, ratio, null. */
export function cellWords(value: DistanceMiValue, thresholdBits: number | null, a: number, b: number): string[] {
  const at = a * value.columns.length + b;
  const bits = value.bits[at] ?? null;
  if (bits === null) return [`no value${value.reason ? `: ${value.reason}` : ''}`];
  const given = conditionalsOf(value, a, b);
  const share = value.share[at] ?? null;
  const p = value.null?.p[at] ?? null;
  return [
    `H(A) ${(value.entropyRows[a] ?? 0).toFixed(2)} · H(B) ${(value.entropyColumns[b] ?? 0).toFixed(2)}`,
    `H(A|B) ${given?.aGivenB.toFixed(2) ?? '–'} · H(B|A) ${given?.bGivenA.toFixed(2) ?? '–'}`,
    `MI/min(H) ${share === null ? 'undefined, one side is constant' : share.toFixed(2)}`,
    thresholdBits === null
      ? 'null not computed'
      : `null ${thresholdBits.toFixed(3)} bits: ${bits > thresholdBits ? 'above it' : 'not above it'}${p === null ? '' : `, p = ${p.toFixed(2)} family-wise`}`,
  ];
}
