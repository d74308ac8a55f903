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
