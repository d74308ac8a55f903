/** Whether a place in a source is a call: what a source map gives may be a statement's beginning, or nothing alike. */
import type { RawPosition } from './callSites.js';

const NO_CALLEE = /^(if|for|while|switch|catch|return|function|typeof|await|throw|with)\b/;
const CALL = /^(?:[\w$]+\s*(?:\?\.|\.)\s*)*[\w$]+\s*(?:<[^()]*>\s*)?(?:\?\.\s*)?(?:[([`]|$)/;

/**
 * The call at `position` in `lines`, or the one call of `name` in that line where a map knows lines alone; null
 * when there is neither, so that no line is shown rather than a wrong one.
 */
export function callAt(lines: readonly string[], position: RawPosition, name: string | null): RawPosition | null {
  const line = lines[position.line - 1] ?? '';
  if (isCall(line, position.column - 1)) return position;
  const columns = name === null ? [] : columnsOfCalls(line, name);
  return columns.length === 1 ? { ...position, column: (columns[0] as number) + 1 } : null;
}

function isCall(line: string, at: number): boolean {
  const text = line.slice(at);
  if (/^new\b/.test(text)) return true;
  // The place of a call of what is no name: `layers[kind](…)`, `(0, conv2d)(…)`.
  if (/^\(/.test(text)) return /[\w$\])!>.]\s*$/.test(line.slice(0, at));
  return !NO_CALLEE.test(text) && CALL.test(text);
}

/** One-based would be one more: where V8 says that each call of `name` in the line is. */
function columnsOfCalls(line: string, name: string): number[] {
  const calls = new RegExp(`(?<![\\w$.])(new\\s+)?((?:[\\w$]+\\.)*)${name.replaceAll('$', '\\$')}\\s*\\(`, 'g');
  return [...line.matchAll(calls)].map(({ index, 1: made, 2: owner = '' }) => index + (made ? 0 : owner.length));
}

/** The name that is called at a place of the code that ran: `conv2d` in `_tf.layers.conv2d(`, `Double` in `new Double(`. */
export function calledName(lines: readonly string[], { line, column }: RawPosition): string | null {
  const text = lines[line - 1] ?? '';
  const [before, after] = [text.slice(0, column - 1), text.slice(column - 1)];
  const name = /^(?:new\s+)?(?:[\w$]+\.)*([\w$]+)/.exec(after)?.[1];
  // `conv2d.call(void 0, …)` is a compiler's way to call without `this`.
  return (name === 'call' || name === undefined ? /([\w$]+)[.)\s]*$/.exec(before)?.[1] : name) ?? null;
}
