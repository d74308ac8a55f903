/** What a Python call stands in: its statement, the functions and classes around it, and the field that it is assigned to. */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { LayerDefinition } from '../layerDefinition.js';
import { isSelf } from './pythonFields.js';
import type { PythonNames } from './pythonNames.js';

const LOOPS = /^(?:for_statement|while_statement|\w+_comprehension|generator_expression)$/;
const UNITS = /_statement$|^list$|^pair$|^keyword_argument$|^block$|^module$/;
/** Their arguments are elements, as those of a list. */
const CONTAINERS = /(?:^|\.)(?:Sequential|ModuleList)$/;

export function surroundingsOf(
  call: Node,
  names: PythonNames,
): Pick<LayerDefinition, 'inLoop' | 'enclosingFunction' | 'around' | 'statement'> {
  let inLoop = false;
  let enclosingFunction: string | null = null;
  let statement: Node | null = null;
  const around: string[] = [];
  for (let child = call, node = call.parent; node; child = node, node = node.parent) {
    if (statement) around.push(...nameAround(node, names));
    const isElement = node.type === 'list' || isContainer(node, names);
    if (!statement && (isElement || UNITS.test(node.type))) statement = isElement ? child : node;
    if (LOOPS.test(node.type)) inLoop = true;
    if (node.type === 'lambda') enclosingFunction ??= '';
    const name = node.type === 'function_definition' ? node.childForFieldName('name') : null;
    if (name) enclosingFunction ??= names.textOf(name);
  }
  return { inLoop, enclosingFunction, around: around.join('/'), statement: names.textOf(statement ?? call) };
}

function isContainer({ type, parent }: Node, names: PythonNames): boolean {
  const callee = type === 'argument_list' ? parent?.childForFieldName('function') : null;
  return callee ? CONTAINERS.test(names.textOf(callee)) : false;
}

function nameAround(node: Node, names: PythonNames): string[] {
  switch (node.type) {
    case 'function_definition':
    case 'class_definition':
    case 'keyword_argument':
      return [textOf(node.childForFieldName('name'), names)];
    case 'assignment':
      return [textOf(node.childForFieldName('left'), names)];
    case 'pair':
      return [textOf(node.childForFieldName('key'), names)];
    case 'else_clause':
    case 'elif_clause':
      return ['else'];
    default:
      return [];
  }
}

function textOf(node: Node | null, names: PythonNames): string {
  return node ? names.textOf(node) : '';
}

/** "conv1" of `self.conv1 = nn.Conv2d(…)`; null where the call is assigned to no field. */
export function assignedField(call: Node, names: PythonNames): string | null {
  const statement = call.parent;
  if (statement?.type !== 'assignment' || statement.childForFieldName('right')?.id !== call.id) return null;
  const left = statement.childForFieldName('left');
  const object = left?.type === 'attribute' ? left.childForFieldName('object') : null;
  const field = left?.childForFieldName('attribute');
  return object && isSelf(object) && field ? names.textOf(field) : null;
}

/** The call whose function ends in this name: `Conv2d(…)`, `nn.Conv2d(…)`. */
export function calledBy(name: Node): Node | null {
  const callee = wholeExpression(name);
  const call = callee.parent;
  return call?.type === 'call' && call.childForFieldName('function')?.id === callee.id ? call : null;
}

/** From a name to the attribute or brackets that end in it. */
export function wholeExpression(name: Node): Node {
  let node = name;
  if (node.parent?.type === 'attribute' && node.parent.childForFieldName('attribute')?.id === node.id)
    node = node.parent;
  while (node.parent?.type === 'parenthesized_expression') node = node.parent;
  return node;
}
