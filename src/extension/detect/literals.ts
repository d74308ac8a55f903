/** Reads the arguments of a layer's construction as far as the text alone says their values. */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { Bindings } from './bindings.js';
import { stringValue } from './stringLiteral.js';
import type { LayerArgument, LiteralValue, TextSpan } from './layerDefinition.js';

export interface ReadArguments {
  readonly literal: Readonly<Record<string, LayerArgument>>;
  readonly computed: readonly string[];
  readonly open: boolean;
}

const CASTS = new Set(['as_expression', 'satisfies_expression', 'parenthesized_expression', 'non_null_expression']);
const NO_ARGUMENTS: ReadArguments = { literal: {}, computed: [], open: false };
const UNREADABLE: ReadArguments = { literal: {}, computed: [], open: true };

/** The configuration object of `factory({…})`; a variable or a call in its place is `open`. */
export function readArguments(call: Node, bindings: Bindings): ReadArguments {
  const config = call.childForFieldName('arguments')?.namedChildren.find((child) => child && child.type !== 'comment');
  if (!config) return NO_ARGUMENTS;
  const object = objectOf(config, bindings);
  return object.type === 'object' ? readObject(object, bindings) : UNREADABLE;
}

/** What a configuration is without brackets and casts, here and where a constant is given it. */
function objectOf(node: Node, bindings: Bindings): Node {
  const bare = uncast(node);
  const value = bare.type === 'identifier' ? initialValue(bare, bindings) : undefined;
  return value ? uncast(value) : bare;
}

function uncast(node: Node): Node {
  let bare = node;
  for (let inner = insideOf(bare); inner; inner = insideOf(bare)) bare = inner;
  return bare;
}

function insideOf(node: Node): Node | null {
  if (node.type === 'type_assertion') return node.lastNamedChild;
  return CASTS.has(node.type) ? node.firstNamedChild : null;
}

function readObject(object: Node, bindings: Bindings, depth = 0): ReadArguments {
  const literal = new Map<string, LayerArgument>();
  const computed = new Set<string>();
  let open = false;
  for (const child of object.namedChildren) {
    if (!child || child.type === 'comment') continue;
    if (child.type === 'spread_element') {
      const spread = depth < 4 ? readSpread(child, bindings, depth) : UNREADABLE;
      for (const [key, argument] of Object.entries(spread.literal)) put(key, argument);
      for (const key of spread.computed) put(key, null);
      open ||= spread.open;
      continue;
    }
    const item = readItem(child, bindings);
    if (item === null) open = true;
    else put(item.key, item.value === undefined ? null : { value: item.value, span: spanOf(child) });
  }
  return { literal: Object.fromEntries(literal), computed: [...computed], open };

  function put(key: string, argument: LayerArgument | null): void {
    literal.delete(key);
    computed.delete(key);
    if (argument) literal.set(key, argument);
    else computed.add(key);
  }
}

/** `...relu` where `const relu = {…}` is in sight counts as if it were written out. */
function readSpread(spread: Node, bindings: Bindings, depth: number): ReadArguments {
  const name = spread.firstNamedChild;
  const object = name ? objectOf(name, bindings) : undefined;
  return object?.type === 'object' ? readObject(object, bindings, depth + 1) : UNREADABLE;
}

/** One entry of an object; null for a spread or a computed key, whose name is not known. */
function readItem(child: Node, bindings: Bindings): { key: string; value: LiteralValue | undefined } | null {
  if (child.type === 'shorthand_property_identifier') {
    return { key: bindings.textOf(child), value: literalOf(child, bindings) };
  }
  const key = child.childForFieldName(child.type === 'method_definition' ? 'name' : 'key');
  if (!key || key.type === 'computed_property_name') return null;
  const value = child.childForFieldName('value');
  return {
    key: stringValue(key, bindings.text) ?? bindings.textOf(key),
    value: value ? literalOf(value, bindings) : undefined,
  };
}

/** The value of a literal, or of a constant that is one; undefined where the text does not say. */
function literalOf(node: Node, bindings: Bindings, depth = 0): LiteralValue | undefined {
  switch (node.type) {
    case 'number':
      return numberOf(bindings.textOf(node));
    case 'string':
    case 'template_string':
      return stringValue(node, bindings.text) ?? undefined;
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
    case 'unary_expression':
      return negated(node, bindings, depth);
    case 'array':
      return listOf(node, bindings, depth);
    case 'as_expression':
    case 'satisfies_expression':
    case 'parenthesized_expression':
      return node.firstNamedChild ? literalOf(node.firstNamedChild, bindings, depth) : undefined;
    case 'identifier':
    case 'shorthand_property_identifier': {
      const value = depth < 4 ? initialValue(node, bindings) : undefined;
      return value ? literalOf(value, bindings, depth + 1) : undefined;
    }
    default:
      return undefined;
  }
}

function numberOf(text: string): number | undefined {
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? value : undefined;
}

function negated(node: Node, bindings: Bindings, depth: number): number | undefined {
  const argument = node.childForFieldName('argument');
  const value = argument ? literalOf(argument, bindings, depth) : undefined;
  if (typeof value !== 'number') return undefined;
  const operator = node.childForFieldName('operator')?.type;
  return operator === '-' ? -value : operator === '+' ? value : undefined;
}

function listOf(node: Node, bindings: Bindings, depth: number): LiteralValue[] | undefined {
  const values: LiteralValue[] = [];
  for (const child of node.namedChildren) {
    if (!child || child.type === 'comment') continue;
    const value = literalOf(child, bindings, depth);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

/** What a `const` name was given; undefined for anything that may change. */
function initialValue(node: Node, bindings: Bindings): Node | undefined {
  const name = bindings.textOf(node);
  const declaration = bindings.resolve(name, node);
  if (!declaration?.constant) return undefined;
  const origin = declaration.origins.find(({ source }) => source.kind === 'expression');
  return origin?.source.kind === 'expression' && origin.path.length === 0 ? origin.source.node : undefined;
}

export function spanOf(node: Node): TextSpan {
  const [start, end] = [node.startPosition, node.endPosition];
  return { start: { line: start.row, character: start.column }, end: { line: end.row, character: end.column } };
}
