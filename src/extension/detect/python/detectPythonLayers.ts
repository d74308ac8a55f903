/**
 * Finds the layers that a Python file constructs with Keras or PyTorch. Only what resolves to an import of
 * them counts: comments, strings and other classes of the same name do not. Containers (`Sequential`) are left out.
 * Functions that `forward` calls and classes of the file's own are tentative: a run says whether they are layers.
 */
import type { Node, Tree } from '@vscode/tree-sitter-wasm';
import { atOnce } from '../../../system/steps.js';
import { PYTHON_LAYER_NAMES, mentionsPythonLayers, pythonLayer } from '../../../frameworks/python/pythonLayers.js';
import type { LayerDefinition, LayerFramework } from '../layerDefinition.js';
import { spanOf } from '../literals.js';
import { occurrences } from '../occurrences.js';
import { functionDefinitions } from './functionCalls.js';
import { ownModules } from './ownModules.js';
import { readPythonArguments } from './pythonArguments.js';
import { PythonNames } from './pythonNames.js';
import { assignedField, calledBy, surroundingsOf, wholeExpression } from './pythonSurroundings.js';

/** In the order of the text. `text` must be what `tree` was parsed from. */
export function detectPythonLayers(tree: Tree, text: string): readonly LayerDefinition[] {
  return atOnce(pythonDetection(tree, text));
}

/** As `detectPythonLayers`, one call after the other; the tree must not change meanwhile. */
export function* pythonDetection(tree: Tree, text: string): Generator<void, readonly LayerDefinition[]> {
  if (!mentionsPythonLayers(text)) return [];
  const names = new PythonNames(tree.rootNode, text);
  const found: LayerDefinition[] = [];
  for (const call of yield* pythonCalls(names)) {
    yield;
    const definition = definitionOf(call, names);
    if (definition) found.push(definition);
  }
  found.push(...(yield* ownModules(names)), ...(yield* functionDefinitions(names)));
  return found.sort(inOrder);
}

function inOrder({ span: a }: LayerDefinition, { span: b }: LayerDefinition): number {
  return (
    a.start.line - b.start.line ||
    a.start.character - b.start.character ||
    b.end.line - a.end.line ||
    b.end.character - a.end.character
  );
}

/** Calls of the layers' names, and of names made from those. */
function* pythonCalls(names: PythonNames): Generator<void, Node[]> {
  const calls = new Map<number, Node>();
  const seen = new Set<string>();
  for (let sought = new Set<string>(PYTHON_LAYER_NAMES); sought.size > 0;) {
    const next = new Set<string>();
    for (const node of occurrences(names.root, names.text, sought)) {
      yield;
      const call = calledBy(node);
      if (call) calls.set(call.id, call);
      const alias = aliasOf(node, names);
      if (alias !== null && !sought.has(alias) && !seen.has(alias)) next.add(alias);
    }
    sought.forEach((name) => seen.add(name));
    sought = next;
  }
  return [...calls.values()];
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

function identifier(node: Node | null, names: PythonNames): string | null {
  const field = node?.type === 'attribute' ? node.childForFieldName('attribute') : node;
  return field?.type === 'identifier' ? names.textOf(field) : null;
}

function definitionOf(call: Node, names: PythonNames): LayerDefinition | null {
  const callee = call.childForFieldName('function');
  const path = callee && names.pathOf(callee);
  const layer = path ? pythonLayer(path) : undefined;
  if (!callee || !path || !layer) return null;
  const framework: LayerFramework = path.startsWith('torch.') ? 'pytorch' : 'keras';
  const { literal, computed, open } = readPythonArguments(call, layer.parameters, names);
  const named = literal['name']?.value;
  const given = typeof named === 'string' ? named : null;
  const span = spanOf(call);
  return {
    framework,
    className: layer.className,
    kind: layer.kind,
    factory: layer.className,
    name: framework === 'pytorch' ? assignedField(call, names) : given,
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
