/**
 * Finds the layers that a file constructs with TensorFlow.js' layers API. Only what resolves to an
 * import of TensorFlow.js counts: comments, strings and other objects called `layers` do not. User
 * subclasses (`new MyLayer()`) are left out.
 */
import type { Node, Tree } from '@vscode/tree-sitter-wasm';
import { Bindings } from './bindings.js';
import { candidateCalls } from './candidateCalls.js';
import type { LayerDefinition } from './layerDefinition.js';
import { readArguments, spanOf } from './literals.js';
import { mentionsTfjs, TFJS_FACTORIES } from './tfjsLayers.js';
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

/** In the order of the text. `text` must be what `tree` was parsed from. */
export function detectLayers(tree: Tree, text: string): LayerDefinition[] {
  if (!mentionsTfjs(text)) return [];
  const bindings = new Bindings(tree.rootNode, text);
  const values = new TfjsValues(bindings);
  const found: LayerDefinition[] = [];
  for (const call of candidateCalls(tree.rootNode, bindings)) {
    const definition = definitionOf(call, bindings, values);
    if (definition) found.push(definition);
  }
  return found;
}

function definitionOf(call: Node, bindings: Bindings, values: TfjsValues): LayerDefinition | null {
  const callee = call.childForFieldName('function');
  if (!callee) return null;
  const value = values.of(callee);
  const factory = value?.slice(value.lastIndexOf('.') + 1);
  const entry = factory === undefined ? undefined : TFJS_FACTORIES.get(factory);
  if (factory === undefined || !entry) return null;
  const { literal, computed, open } = readArguments(call, bindings);
  const name = literal['name']?.value;
  const span = spanOf(call);
  return {
    ...entry,
    factory,
    name: typeof name === 'string' ? name : null,
    arguments: literal,
    computedArguments: computed,
    open,
    span,
    callee: spanOf(lastNameOf(callee)),
    line: span.start.line,
    ...surroundingsOf(call, bindings),
  };
}

/** `conv2d` of `tf.layers.conv2d`, through brackets and casts. */
function lastNameOf(callee: Node): Node {
  let node = callee;
  while (TRANSPARENT.has(node.type) && node.firstNamedChild) node = node.firstNamedChild;
  return node.childForFieldName('property') ?? node.childForFieldName('index') ?? node;
}

function surroundingsOf(
  call: Node,
  bindings: Bindings,
): Pick<LayerDefinition, 'inLoop' | 'enclosingFunction' | 'statement'> {
  let inLoop = false;
  let enclosingFunction: string | null = null;
  let statement: Node | null = null;
  for (let child = call, node = call.parent; node; child = node, node = node.parent) {
    if (!statement && UNITS.test(node.type)) statement = node.type === 'array' ? child : node;
    if (LOOPS.has(node.type)) inLoop = true;
    if (!FUNCTIONS.has(node.type)) continue;
    if (isIterating(node, bindings)) inLoop = true;
    else enclosingFunction ??= functionName(node, bindings);
  }
  return { inLoop, enclosingFunction, statement: bindings.textOf(statement ?? call) };
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
