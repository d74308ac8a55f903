/** Calls that may construct a layer, judged by names alone: factories of TensorFlow.js and names made from them. */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { Bindings } from './bindings.js';
import { occurrences } from './occurrences.js';
import { TFJS_FACTORIES } from '../../frameworks/tfjs/layerFactories.js';
import { TRANSPARENT, type TfjsValues } from './tfjsValues.js';

/** What a name may pass through on its way into a variable. */
const PASSING = new Set([
  ...TRANSPARENT,
  'member_expression',
  'subscript_expression',
  'string',
  'call_expression',
  'binary_expression',
  'ternary_expression',
  'type_assertion',
]);

/** In the order of the text, an outer call before those inside of it. */
export function* candidateCalls(root: Node, bindings: Bindings, values: TfjsValues): Generator<void, Node[]> {
  const calls = new Map<number, Node>();
  const seen = new Set<string>();
  for (let names = new Set<string>(TFJS_FACTORIES.keys()); names.size > 0;) {
    const next = new Set<string>();
    for (const name of names) bindings.usedNames.add(name);
    for (const node of occurrences(root, bindings.text, names)) {
      yield;
      const call = calledBy(node);
      if (call) calls.set(call.id, call);
      const alias = aliasOf(node);
      const name = alias && bindings.textOf(alias);
      // Bundles pass on many functions that are only called as a factory is.
      if (name === null || names.has(name) || seen.has(name) || next.has(name)) continue;
      if (values.of(valueNamed(alias as Node)) !== null) next.add(name);
    }
    names.forEach((name) => seen.add(name));
    names = next;
  }
  return [...calls.values()].sort((a, b) => a.startIndex - b.startIndex || b.endIndex - a.endIndex);
}

/** The call whose function ends in this name: `name(…)`, `x.name(…)`, `x['name'](…)`, `(x.name as any)(…)`. */
function calledBy(name: Node): Node | null {
  let node = name.type === 'string_fragment' ? name.parent : name;
  const field = node?.type === 'string' ? 'index' : 'property';
  const around = node?.parent;
  if (node && around?.childForFieldName(field)?.id === node.id) node = around;
  while (node?.parent && (TRANSPARENT.has(node.parent.type) || isLast(node))) node = node.parent;
  const call = node?.parent;
  return call?.type === 'call_expression' && call.childForFieldName('function')?.id === node?.id ? call : null;
}

/** `(0, layers.dense)(…)`, as compilers write calls. */
function isLast(node: Node): boolean {
  return node.parent?.type === 'sequence_expression' && node.parent.lastNamedChild?.id === node.id;
}

/** The other name that a declaration, an import or an assignment gives it. */
function aliasOf(name: Node): Node | null {
  const parent = name.type === 'string_fragment' ? name.parent?.parent : name.parent;
  if (parent?.type === 'pair_pattern') return identifierIn(parent.childForFieldName('value'));
  if (parent?.type === 'import_specifier') return identifierIn(parent.childForFieldName('alias'));
  let node: Node = name;
  while (node.parent && PASSING.has(node.parent.type)) node = node.parent;
  const target = node.parent;
  switch (target?.type) {
    case 'variable_declarator':
      return identifierIn(target.childForFieldName('name'));
    case 'assignment_expression':
    case 'assignment_pattern':
      return identifierIn(target.childForFieldName('left'));
    case 'pair': {
      const key = target.childForFieldName('key');
      return key?.type === 'property_identifier' ? key : null;
    }
    case 'required_parameter':
    case 'optional_parameter':
      return identifierIn(target.childForFieldName('pattern'));
    default:
      return null;
  }
}

function identifierIn(pattern: Node | null): Node | null {
  const inner = pattern?.type === 'assignment_pattern' ? pattern.childForFieldName('left') : pattern;
  return inner?.type === 'identifier' ? inner : null;
}

/** What is called so: a variable itself, or the value of a property. */
function valueNamed(alias: Node): Node {
  return (alias.type === 'property_identifier' && alias.parent?.childForFieldName('value')) || alias;
}
