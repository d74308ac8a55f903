/** Reads the arguments of a Python call as far as the text alone says their values. */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { LayerArgument, LiteralValue } from '../layerDefinition.js';
import { spanOf, type ReadArguments } from '../literals.js';
import type { PythonNames } from './pythonNames.js';

/** Constants of constants are followed so far. */
const DEEPEST = 4;

/** `parameters` are the names of the positional arguments, in order. */
export function readPythonArguments(call: Node, parameters: readonly string[], names: PythonNames): ReadArguments {
  const literal: Record<string, LayerArgument> = {};
  const computed: string[] = [];
  let open = false;
  let position = 0;
  for (const child of call.childForFieldName('arguments')?.namedChildren ?? []) {
    if (!child || child.type === 'comment') continue;
    if (child.type === 'list_splat' || child.type === 'dictionary_splat') {
      open = true;
      continue;
    }
    const isKeyword = child.type === 'keyword_argument';
    const nameNode = isKeyword ? child.childForFieldName('name') : null;
    const key = nameNode ? names.textOf(nameNode) : parameters[position++];
    const value = isKeyword ? child.childForFieldName('value') : child;
    if (key === undefined) continue;
    const known = value ? pythonLiteral(value, names) : undefined;
    if (known === undefined) computed.push(key);
    else literal[key] = { value: known, span: spanOf(child) };
  }
  return { literal, computed, open };
}

/** The value of a literal, or of a name that is given one only; undefined where the text does not say. */
export function pythonLiteral(node: Node, names: PythonNames, depth = 0): LiteralValue | undefined {
  switch (node.type) {
    case 'integer':
    case 'float':
      return numberOf(names.textOf(node));
    case 'string':
      return stringOf(node, names);
    case 'true':
      return true;
    case 'false':
      return false;
    case 'none':
      return null;
    case 'unary_operator':
      return negated(node, names, depth);
    case 'parenthesized_expression':
      return node.firstNamedChild ? pythonLiteral(node.firstNamedChild, names, depth) : undefined;
    case 'tuple':
    case 'list':
      return listOf(node, names, depth);
    case 'binary_operator':
      return computed(node, names, depth);
    case 'identifier':
      return constantOf(node, names, depth);
    default:
      return undefined;
  }
}

function numberOf(text: string): number | undefined {
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? value : undefined;
}

/** Without a prefix (f, r, b) and without escapes: names and paddings have neither. */
function stringOf(node: Node, names: PythonNames): string | undefined {
  const [content, ...others] = node.namedChildren.filter(
    (child) => child?.type !== 'string_start' && child?.type !== 'string_end',
  );
  const start = node.firstChild ? names.textOf(node.firstChild) : '';
  if (others.length > 0 || /[a-z]/i.test(start)) return undefined;
  if (!content) return '';
  return content.type === 'string_content' && content.namedChildCount === 0 ? names.textOf(content) : undefined;
}

function negated(node: Node, names: PythonNames, depth: number): number | undefined {
  const argument = node.childForFieldName('argument');
  const value = argument ? pythonLiteral(argument, names, depth) : undefined;
  if (typeof value !== 'number') return undefined;
  const operator = node.firstChild?.type;
  return operator === '-' ? -value : operator === '+' ? value : undefined;
}

/** `32 * 7 * 7` */
function computed(node: Node, names: PythonNames, depth: number): number | undefined {
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
  const a = left ? pythonLiteral(left, names, depth) : undefined;
  const b = right ? pythonLiteral(right, names, depth) : undefined;
  if (typeof a !== 'number' || typeof b !== 'number') return undefined;
  switch (node.childForFieldName('operator')?.type) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '//':
      return b === 0 ? undefined : Math.floor(a / b);
    default:
      return undefined;
  }
}

function listOf(node: Node, names: PythonNames, depth: number): LiteralValue[] | undefined {
  const values: LiteralValue[] = [];
  for (const child of node.namedChildren) {
    if (!child || child.type === 'comment') continue;
    const value = pythonLiteral(child, names, depth);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

/** Python has no `const`: a name counts as one where it is given a value in one place only. */
function constantOf(node: Node, names: PythonNames, depth: number): LiteralValue | undefined {
  const [binding, ...others] = names.bindingsOf(node);
  if (!binding?.value || others.length > 0 || !('expression' in binding.value) || depth >= DEEPEST) return undefined;
  // A parameter's default is only what it is when nobody says otherwise.
  if (/parameter/.test(binding.value.expression.parent?.type ?? '')) return undefined;
  return pythonLiteral(binding.value.expression, names, depth + 1);
}
