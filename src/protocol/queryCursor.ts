/**
 * A place in the tokens of a query, and the ways to step over them that every term shares: symbols,
 * words, indices, ranges and lists in braces. Each says what it expected when it is not there.
 */
import { type IndexRange } from './query.js';
import { hint } from './queryHints.js';
import { QueryError, type Token } from './queryTokens.js';
import { SIZE_LIMIT } from './run.js';

export class QueryCursor {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  /** The last token is `end`, and nothing steps past it. */
  peek(): Token {
    return this.tokens[this.at]!;
  }

  take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.at++;
    return token;
  }

  /** One item, or several in braces. Braces do not nest. */
  listOf<T>(item: () => T): T[] {
    if (!this.takeSymbol('{')) return [item()];
    const items = [item()];
    while (!this.takeSymbol('}')) {
      if (!this.takeSymbol(',')) this.fail('"," or "}"');
      items.push(item());
    }
    return items;
  }

  range(expected: string): IndexRange {
    const first = this.peek();
    const from = this.index(expected);
    if (!this.takeSymbol('..')) return [from, from];
    const last = this.peek();
    const to = this.index('the last index of the range');
    if (to < from)
      this.failAt({ from: first.from, to: last.to }, `the range ${from}..${to} is reversed`, `Write ${to}..${from}.`);
    return [from, to];
  }

  index(expected: string): number {
    const token = this.peek();
    if (token.kind !== 'number') return this.fail(expected);
    const value = Number(token.text);
    if (value > SIZE_LIMIT)
      this.failAt(token, `the index ${shorten(token.text)} is too large`, 'Indices are at most 2^40.');
    this.at++;
    return value;
  }

  symbol(symbol: string, expected: string): void {
    if (!this.takeSymbol(symbol)) this.fail(expected);
  }

  takeSymbol(symbol: string): boolean {
    const taken = this.peek().kind === 'symbol' && this.peek().text === symbol;
    if (taken) this.at++;
    return taken;
  }

  takeWord(word: string): boolean {
    const taken = this.peek().kind === 'word' && this.peek().text.toLowerCase() === word;
    if (taken) this.at++;
    return taken;
  }

  fail(expected: string): never {
    const token = this.peek();
    if (token.kind === 'unterminated')
      return this.failAt(
        token,
        'this quote is never closed',
        "Close it with the same quote; write \\' for a quote inside.",
      );
    return this.failAt(
      token,
      `expected ${expected}, found ${describe(token)}`,
      hint(token, this.tokens[this.at - 1], expected),
    );
  }

  failAt(place: { readonly from: number; readonly to: number }, wrong: string, tryThis: string): never {
    throw new QueryError(place.from, Math.max(place.to, place.from + 1), wrong, tryThis);
  }
}

/** "a, b, c and 12 more": names of a run, for errors. */
export function listNames(names: readonly string[], most = 8): string {
  const shown = names.slice(0, most).map(shorten).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

function describe(token: Token): string {
  return token.kind === 'end' ? 'the end of the query' : `"${shorten(token.text)}"`;
}

export function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** Sorted, disjoint and non-adjacent: the form that `RangesTerm` promises. */
export function normalizeRanges(ranges: readonly IndexRange[]): IndexRange[] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = merged.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}
