/**
 * Finds the layers that a file constructs with TensorFlow.js' layers API. Only what resolves to an
 * import of TensorFlow.js, or by convention to one elsewhere, counts: comments, strings and other objects called
 * `layers` do not. Classes of the file that extend a layer count where they are constructed.
 */
import type { Node, Tree } from '@vscode/tree-sitter-wasm';
import { Bindings } from './bindings.js';
import { candidateCalls } from './candidateCalls.js';
import { mattersBy, type Region } from './editedRegion.js';
import type { LayerDefinition } from './layerDefinition.js';
import { readArguments, spanOf } from './literals.js';
import { ownConstructions, type OwnConstruction } from './ownLayers.js';
import { TFJS_FACTORIES } from '../../frameworks/tfjs/layerFactories.js';
import { mentionsTfjs } from '../../frameworks/tfjs/moduleNames.js';
import { TfjsValues, TRANSPARENT } from './tfjsValues.js';

const ITERATING = new Set(['map', 'forEach', 'flatMap', 'reduce', 'reduceRight', 'from']);
const LOOPS = new Set(['for_statement', 'for_in_statement', 'while_statement', 'do_statement']);
const FUNCTIONS = new Set([
  'function_declaration',
  'generator_function_declaration',
  'function_expression',
  'arrow_function',
  'method_definition',
]);
const UNITS = /_statement$|_declaration$|^variable_declarator$|^pair$|^statement_block$|^program$|^array$|^class_body$/;

/** Layers, and what of the text decided which they are. */
export interface Detection {
  /** In the order of the text. */
  readonly layers: readonly LayerDefinition[];
  /** The statements around them. */
  readonly statements: readonly Region[];
  /** Finds a text that could change which layers there are. */
  readonly matters: RegExp;
}

/** One call after the other. `text` must be what `tree` was parsed from, and the tree must not change meanwhile. */
export function* detection(tree: Tree, text: string): Generator<void, Detection> {
  if (!mentionsTfjs(text)) return { layers: [], statements: [], matters: /^/ };
  const bindings = new Bindings(tree.rootNode, text);
  const values = new TfjsValues(bindings);
  const found: Found[] = [];
  for (const call of yield* candidateCalls(tree.rootNode, bindings, values)) {
    yield;
    const one = definitionOf(call, bindings, values);
    if (one) found.push(one);
  }
  for (const own of yield* ownConstructions(tree.rootNode, bindings, values)) {
    yield;
    found.push(definitionOfOwn(own, bindings));
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  return {
    layers: found.map(({ definition }) => definition),
    statements: found.map(({ statement }) => ({ start: statement.startIndex, end: statement.endIndex })),
    matters: mattersBy(bindings),
  };
}

interface Found {
  readonly definition: LayerDefinition;
  readonly statement: Node;
  /** Of the construction in the text. */
  readonly start: number;
  readonly end: number;
}

/** What a class of the file does with its arguments is not read. */
function definitionOfOwn({ node, className, name }: OwnConstruction, bindings: Bindings): Found {
  const span = spanOf(node);
  const { statement, ...surroundings } = surroundingsOf(node, bindings);
  const constructor = node.childForFieldName('constructor') ?? node;
  const definition: LayerDefinition = {
    ...{ framework: 'tfjs', className, kind: 'other', factory: name, name: null },
    ...{ arguments: {}, computedArguments: [], open: true },
    span,
    // Stacks point at `new`.
    callee: { start: span.start, end: spanOf(constructor).end },
    line: span.start.line,
    ...surroundings,
    statement: bindings.textOf(statement),
  };
  return { definition, statement, start: node.startIndex, end: node.endIndex };
}

function definitionOf(call: Node, bindings: Bindings, values: TfjsValues): Found | null {
  const callee = call.childForFieldName('function');
  if (!callee) return null;
  const value = values.of(callee);
  const factory = value?.slice(value.lastIndexOf('.') + 1);
  const entry = factory === undefined ? undefined : TFJS_FACTORIES.get(factory);
  if (factory === undefined || !entry) return null;
  const { literal, computed, open } = readArguments(call, bindings);
  const name = literal['name']?.value;
  const span = spanOf(call);
  const { statement, ...surroundings } = surroundingsOf(call, bindings);
  const definition: LayerDefinition = {
    framework: 'tfjs',
    ...entry,
    factory,
    name: typeof name === 'string' ? name : null,
    arguments: literal,
    computedArguments: computed,
    open,
    span,
    callee: spanOf(lastNameOf(callee)),
    line: span.start.line,
    ...surroundings,
    statement: bindings.textOf(statement),
  };
  return { definition, statement, start: call.startIndex, end: call.endIndex };
}

/** `conv2d` of `tf.layers.conv2d`, through brackets and casts. */
function lastNameOf(callee: Node): Node {
  let node = callee;
  for (let inner = insideOf(node); inner; inner = insideOf(node)) node = inner;
  return node.childForFieldName('property') ?? node.childForFieldName('index') ?? node;
}

/** `(0, layers.dense)` is `layers.dense`, as `layers.dense!` is. */
function insideOf(node: Node): Node | null {
  if (node.type === 'sequence_expression') return node.lastNamedChild;
  return TRANSPARENT.has(node.type) ? node.firstNamedChild : null;
}

interface Surroundings extends Pick<LayerDefinition, 'inLoop' | 'enclosingFunction' | 'around'> {
  readonly statement: Node;
}

function surroundingsOf(call: Node, bindings: Bindings): Surroundings {
  let inLoop = false;
  let enclosingFunction: string | null = null;
  let statement: Node | null = null;
  const around: string[] = [];
  for (let child = call, node = call.parent; node; child = node, node = node.parent) {
    if (statement) around.push(...nameAround(node, bindings));
    if (!statement && UNITS.test(node.type)) statement = node.type === 'array' ? child : node;
    if (LOOPS.has(node.type)) inLoop = true;
    if (!FUNCTIONS.has(node.type)) continue;
    if (isIterating(node, bindings)) inLoop = true;
    else enclosingFunction ??= functionName(node, bindings);
  }
  return { inLoop, enclosingFunction, around: around.join('/'), statement: statement ?? call };
}

/** What names a part of the text that holds statements or elements; the other way of a branch is a part of its own. */
function nameAround(node: Node, bindings: Bindings): string[] {
  if (node.type === 'else_clause') return ['else'];
  if (node.type === 'arrow_function' || node.type === 'function_expression') return [functionName(node, bindings)];
  const name = node.childForFieldName('name') ?? node.childForFieldName('key');
  return name ? [bindings.textOf(name)] : [];
}

/** A callback that is called for each item: `sizes.map((filters) => tf.layers.conv2d({ filters }))`. */
function isIterating(node: Node, bindings: Bindings): boolean {
  const call = node.parent?.type === 'arguments' ? node.parent.parent : null;
  const property = call?.childForFieldName('function')?.childForFieldName('property');
  return property ? ITERATING.has(bindings.textOf(property)) : false;
}

function functionName(node: Node, bindings: Bindings): string {
  const name =
    node.childForFieldName('name') ?? node.parent?.childForFieldName('name') ?? node.parent?.childForFieldName('key');
  const assigned = node.parent?.type === 'assignment_expression' ? node.parent.childForFieldName('left') : null;
  return name ? bindings.textOf(name) : assigned ? bindings.textOf(assigned).replace(/^.*\./, '') : '';
}
