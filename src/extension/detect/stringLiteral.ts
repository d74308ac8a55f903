/** Reads string literals of JavaScript. */
import type { Node } from '@vscode/tree-sitter-wasm';

/** The value of a string literal or of a template without substitutions; null for anything else. */
export function stringValue(node: Node, text: string): string | null {
  if (node.type !== 'string' && node.type !== 'template_string') return null;
  const inner = node.namedChildren.filter((child) => child !== null);
  if (inner.some((child) => child.type === 'template_substitution')) return null;
  return unescape(text.slice(node.startIndex + 1, node.endIndex - 1));
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0' };

function unescape(source: string): string {
  return source.replace(/\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))/g, (...found) => {
    const [, braces, unicode, hex, single] = found as (string | undefined)[];
    const code = braces ?? unicode ?? hex;
    if (code !== undefined) return String.fromCodePoint(Math.min(parseInt(code, 16), 0x10ffff));
    if (single === undefined || /^\r?\n$/.test(single)) return '';
    return ESCAPES[single] ?? single;
  });
}
