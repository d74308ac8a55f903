/**
 * Cuts the text of a query into tokens that keep their offsets, so that every error can be
 * underlined. What the tokens mean is decided in queryText.ts. Never throws and never looks back:
 * the time is linear in the text, whatever it holds.
 */
import { Failure } from './failure.js';

/** `word` and `quoted` carry a name, `symbol` itself, `unknown` a character no query holds. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'number' | 'symbol' | 'unterminated' | 'unknown' | 'end';
  /** Meaning: the name without quotes, digits, the symbol in its canonical form. */
  readonly text: string;
  /** Zero-based offsets in UTF-16 units; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
}

/** No run needs a longer query; what is longer is refused before it is read. */
export const QUERY_LENGTH_LIMIT = 65_536;

/** A query that cannot be read: `from` and `to` (zero-based, `to` exclusive) are what to underline. */
export class QueryError extends Failure {
  readonly from: number;
  readonly to: number;

  constructor(from: number, to: number, wrong: string, tryThis: string) {
    super({ kind: 'bad-input', doing: 'reading the query', wrong: `column ${from + 1}: ${wrong}`, tryThis });
    this.from = from;
    this.to = to;
  }
}

/** Names that need no quotes: a letter, then letters, digits and _ $ / : - with single dots between. */
const WORD = /[\p{L}_$](?:[\p{L}\p{M}\p{N}_$/:-]|\.(?=[\p{L}\p{N}_$]))*/uy;
const SPACE = /\s+/y;
const DIGITS = /\d+/y;
const QUOTED = /'((?:[^'\\]|\\[^])*)'|"((?:[^"\\]|\\[^])*)"/y;
const SYMBOL = /\.\.|==?|!=|[≠(){},–—−-]/y;
/** Other ways to type a symbol. */
const CANONICAL_SYMBOL: Readonly<Record<string, string>> = { '==': '=', '!=': '≠', '–': '-', '—': '-', '−': '-' };

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += matchAt(SPACE, text, at)?.[0].length ?? 0;
    const token = nextToken(text, at);
    tokens.push(token);
    if (token.kind === 'end') return tokens;
    at = token.to;
  }
}

/** Whether a layer's name can stand in a query as it is. */
export function isBareName(name: string): boolean {
  return matchAt(WORD, name, 0)?.[0] === name && !name.startsWith('kind:');
}

/** A name in quotes; control characters are escaped, so that a query stays on one line. */
export function quoteName(name: string): string {
  const escaped = name.replace(/['\\]/g, '\\$&').replace(/[\p{Cc}\u2028\u2029]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `'${escaped}'`;
}

function nextToken(text: string, at: number): Token {
  if (at >= text.length) return { kind: 'end', text: '', from: at, to: at };
  const word = matchAt(WORD, text, at);
  if (word) return token('word', word[0], at, word[0]);
  const digits = matchAt(DIGITS, text, at);
  if (digits) return token('number', digits[0], at, digits[0]);
  const quoted = matchAt(QUOTED, text, at);
  if (quoted) return token('quoted', unescapeName(quoted[1] ?? quoted[2] ?? ''), at, quoted[0]);
  const symbol = matchAt(SYMBOL, text, at);
  if (symbol) return token('symbol', CANONICAL_SYMBOL[symbol[0]] ?? symbol[0], at, symbol[0]);
  if (text[at] === "'" || text[at] === '"') return token('unterminated', text.slice(at), at, text.slice(at));
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return token('unknown', character, at, character);
}

function token(kind: Token['kind'], text: string, from: number, source: string): Token {
  return { kind, text, from, to: from + source.length };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function unescapeName(escaped: string): string {
  return escaped.replace(/\\(?:u([0-9a-fA-F]{4})|([^]))/g, (_, hex: string | undefined, plain: string | undefined) =>
    hex === undefined ? (plain ?? '') : String.fromCharCode(parseInt(hex, 16)),
  );
}
