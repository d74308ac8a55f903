/** What to try where a query cannot be read: by what was found, what stands before it and what was expected. */
import type { Token } from './queryTokens.js';

const EXAMPLE = 'A query looks like dCNN(x.label = 3, conv2d_1, {0..7}, -).';
const COUNTED = 'Indices count from 0; "-" means all.';
const RANGE = 'A range is written 0..9; indices are whole numbers.';
const LIST = 'A list is written {0, 2, 5..9}, without empty places; "-" means all.';
const JOINED = 'Conditions are joined by "and"; several classes are a list: x.label = {3, 5..7}.';
const COMPARED = 'Compare with = or ≠ (or !=); several classes are a list: x.label = {3, 5..7}.';

/** `before` is the token before the one that was found; `expected` is the words of the error. */
export function hint(found: Token, before: Token | undefined, expected: string): string {
  if (found.kind === 'number' && before?.text === '-') return COUNTED;
  if (before?.kind === 'number' && before.to === found.from) return afterNumber(found, expected);
  if (expected.startsWith('a condition')) return 'Write x.label, y (the prediction) or x.split, as in x.label = 3.';
  if (expected.startsWith('train')) return 'Write x.split = train or x.split = validation.';
  return BY_TEXT.get(found.text.toLowerCase()) ?? EXAMPLE;
}

/** Found directly behind digits: a name that begins with one, or a range that is not written as one. */
function afterNumber(found: Token, expected: string): string {
  const isLayer = expected.includes('the channels C');
  if (found.kind === 'word' || (found.text === '.' && isLayer)) return 'Put a name that begins with a digit in quotes.';
  return ['.', '..', ':', '-'].includes(found.text) ? RANGE : (BY_TEXT.get(found.text) ?? EXAMPLE);
}

const BY_TEXT: ReadonlyMap<string, string> = new Map([
  ['.', RANGE],
  ...['[', '}', ','].map((text) => [text, LIST] as const),
  ...['or', '&', '|'].map((text) => [text, JOINED] as const),
  ...['<', '>'].map((text) => [text, COMPARED] as const),
  ['*', '"-" means all.'],
  ['-', COUNTED],
  ['last', '"last" stands alone; in lists and ranges, use the number of the epoch.'],
]);
