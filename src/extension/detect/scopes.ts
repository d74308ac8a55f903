/** Where a declaration is seen: the lexical scopes of JavaScript, for what declarations say of theirs. */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { Declaration } from './declarations.js';

const FUNCTIONS = new Set([
  'function_declaration',
  'generator_function_declaration',
  'function_expression',
  'generator_function',
  'arrow_function',
  'method_definition',
]);
const BLOCKS = new Set([
  'statement_block',
  'program',
  'for_statement',
  'for_in_statement',
  'switch_body',
  'catch_clause',
]);
/** The node in which a declaration is seen. */
export function scopeOf(declaration: Declaration): Node {
  let node = declaration.node;
  // The name of a function or class is seen outside of it, its parameters inside.
  if (declaration.scope === 'block' && /function|class|alias/.test(node.parent?.type ?? '')) node = node.parent ?? node;
  for (let around = node.parent; around; around = around.parent) {
    if (declaration.scope === 'self' && (FUNCTIONS.has(around.type) || around.type === 'catch_clause')) return around;
    if (declaration.scope === 'function' && (FUNCTIONS.has(around.type) || around.type === 'program')) return around;
    if (declaration.scope === 'block' && BLOCKS.has(around.type)) return around;
    node = around;
  }
  return node;
}

/** A declaration and where it is seen. */
export interface Seen {
  readonly declaration: Declaration;
  readonly start: number;
  readonly end: number;
}

interface Nested extends Seen {
  /** The next scope around this one; undefined around the outermost. */
  readonly outer: Nested | undefined;
}

/** The scopes that declare one name. Scopes hold each other or have nothing in common, as their nodes do. */
export class NestedScopes {
  /** By their beginning, an outer one before those in it; of those of one scope the first alone. */
  readonly #scopes: readonly Nested[];
  /** How many scopes were looked at. */
  steps = 0;

  constructor(seen: readonly Seen[]) {
    const scopes: Nested[] = [];
    for (const one of [...seen].sort((a, b) => a.start - b.start || b.end - a.end)) {
      let outer: Nested | undefined = scopes.at(-1);
      while (outer && outer.end < one.end) outer = outer.outer;
      if (outer?.start !== one.start || outer.end !== one.end) scopes.push({ ...one, outer });
    }
    this.#scopes = scopes;
  }

  /** The declaration of the innermost scope that holds the places from `start` to `end`. */
  around(start: number, end: number): Declaration | undefined {
    let low = 0;
    for (let high = this.#scopes.length; low < high; this.steps++) {
      const middle = (low + high) >> 1;
      if ((this.#scopes[middle] as Nested).start <= start) low = middle + 1;
      else high = middle;
    }
    let scope: Nested | undefined = this.#scopes[low - 1];
    for (; scope && scope.end < end; scope = scope.outer) this.steps++;
    return scope?.declaration;
  }
}
