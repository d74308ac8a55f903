/**
 * Finds the layers that a Python file constructs with Keras or PyTorch. Only what resolves to an import of
 * them counts: comments, strings and other classes of the same name do not. Subclasses of the user's own,
 * functional calls (`F.relu`) and containers (`Sequential`) are left out.
 */
import type { Node, Tree } from '@vscode/tree-sitter-wasm';
import type { LayerDefinition } from '../layerDefinition.js';
import { spanOf } from '../literals.js';
import { occurrences } from '../occurrences.js';
import { readPythonArguments } from './pythonArguments.js';
import { mentionsPythonLayers, PYTHON_LAYER_NAMES, pythonLayer } from '../../../frameworks/python/pythonLayers.js';
import { PythonNames } from './pythonNames.js';

const LOOPS = /^(?:for_statement|while_statement|\w+_comprehension|generator_expression)$/;
const UNITS = /_statement$|^list$|^pair$|^keyword_argument$|^block$|^module$/;

/** In the order of the text. `text` must be what `tree` was parsed from. */
export function detectPythonLayers(tree: Tree, text: string): LayerDefinition[] {
  if (!mentionsPythonLayers(text)) return [];
  const names = new PythonNames(tree.rootNode, text);
  return pythonCalls(names).flatMap((call) => definitionOf(call, names) ?? []);
}

/** Calls of the layers' names, and of names made from those. */
function pythonCalls(names: PythonNames): Node[] {
  const calls = new Map<number, Node>();
  const seen = new Set<string>();
  for (let sought = new Set<string>(PYTHON_LAYER_NAMES); sought.size > 0;) {
    const next = new Set<string>();
    for (const node of occurrences(names.root, names.text, sought)) {
      const call = calledBy(node);
      if (call) calls.set(call.id, call);
      const alias = aliasOf(node, names);
      if (alias !== null && !sought.has(alias) && !seen.has(alias)) next.add(alias);
    }
    sought.forEach((name) => seen.add(name));
    sought = next;
  }
  return [...calls.values()].sort((a, b) => a.startIndex - b.startIndex || b.endIndex - a.endIndex);
}

/** The call whose function ends in this name: `Conv2d(…)`, `nn.Conv2d(…)`. */
function calledBy(name: Node): Node | null {
  const callee = wholeExpression(name);
  const call = callee.parent;
  return call?.type === 'call' && call.childForFieldName('function')?.id === callee.id ? call : null;
}

/** The other name that an import, an assignment, a parameter or `partial` gives it. */
function aliasOf(name: Node, names: PythonNames): string | null {
  const imported = name.parent?.type === 'dotted_name' ? name.parent.parent : null;
  if (imported?.type === 'aliased_import') return identifier(imported.childForFieldName('alias'), names);
  let node = wholeExpression(name);
  while (node.parent && /^(?:conditional_expression|boolean_operator|call|argument_list)$/.test(node.parent.type))
    node = node.parent;
  const target = node.parent;
  if (target?.type === 'assignment') {
    const left = target.childForFieldName('left');
    // A field is called for what it is, and what is made there is a layer already.
    const isMade = left?.type === 'attribute' && node.type === 'call' && names.partialOf(node) === null;
    return isMade ? null : identifier(left, names);
  }
  if (target?.type === 'expression_list' && target.parent?.type === 'assignment') {
    const at = target.namedChildren.findIndex((child) => child?.id === node.id);
    return identifier(target.parent.childForFieldName('left')?.namedChildren[at] ?? null, names);
  }
  return target && /default_parameter$/.test(target.type) ? identifier(target.childForFieldName('name'), names) : null;
}

/** From a name to the attribute or brackets that end in it. */
function wholeExpression(name: Node): Node {
  let node = name;
  if (node.parent?.type === 'attribute' && node.parent.childForFieldName('attribute')?.id === node.id)
    node = node.parent;
  while (node.parent?.type === 'parenthesized_expression') node = node.parent;
  return node;
}

function identifier(node: Node | null, names: PythonNames): string | null {
  const field = node?.type === 'attribute' ? node.childForFieldName('attribute') : node;
  return field?.type === 'identifier' ? names.textOf(field) : null;
}

function definitionOf(call: Node, names: PythonNames): LayerDefinition | null {
  const callee = call.childForFieldName('function');
  const path = callee && names.pathOf(callee);
  const layer = path ? pythonLayer(path) : undefined;
  if (!callee || !layer) return null;
  const { literal, computed, open } = readPythonArguments(call, layer.parameters, names);
  const name = literal['name']?.value;
  const span = spanOf(call);
  return {
    className: layer.className,
    kind: layer.kind,
    factory: layer.className,
    name: typeof name === 'string' ? name : null,
    arguments: literal,
    computedArguments: computed,
    open: open || isPartial(callee, names),
    span,
    callee: spanOf(callee.childForFieldName('attribute') ?? callee),
    line: span.start.line,
    ...surroundingsOf(call, names),
  };
}

/** Called through `conv = partial(nn.Conv2d, padding=1)`: some arguments were given there. */
function isPartial(callee: Node, names: PythonNames): boolean {
  const bindings = callee.type === 'identifier' ? names.bindingsOf(callee) : [];
  return bindings.some(({ value }) => value !== null && 'expression' in value && value.expression.type === 'call');
}

function surroundingsOf(
  call: Node,
  names: PythonNames,
): Pick<LayerDefinition, 'inLoop' | 'enclosingFunction' | 'around' | 'statement'> {
  let inLoop = false;
  let enclosingFunction: string | null = null;
  let statement: Node | null = null;
  for (let child = call, node = call.parent; node; child = node, node = node.parent) {
    if (!statement && UNITS.test(node.type)) statement = node.type === 'list' ? child : node;
    if (LOOPS.test(node.type)) inLoop = true;
    if (node.type === 'lambda') enclosingFunction ??= '';
    const name = node.type === 'function_definition' ? node.childForFieldName('name') : null;
    if (name) enclosingFunction ??= names.textOf(name);
  }
  return { inLoop, enclosingFunction, around: enclosingFunction ?? '', statement: names.textOf(statement ?? call) };
}
