/** Where the text of a numeric argument stands, so that another number can be written there. */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { Bindings } from '../detect/bindings.js';
import type { LayerArgument, LayerDefinition, TextSpan } from '../detect/layerDefinition.js';
import { spanOf } from '../detect/literals.js';
import { occurrences } from '../detect/occurrences.js';
import { TRANSPARENT } from '../detect/tfjsValues.js';
import type { Localize } from '../localize.js';
import { isWithin } from '../detect/problemSpan.js';

/** A text is the reason why the number cannot be changed there. */
export type Place =
  | {
      readonly span: TextSpan;
      /** What to write there, if it is not the new size itself. */
      readonly text?: string;
      /** The uses of a name whose value stands there: all of them have to change. */
      readonly uses?: { readonly own: TextSpan; readonly all: readonly TextSpan[]; readonly name: string };
    }
  | string;

/** Where the sizes of a text stand, whatever its language. */
export interface SizePlaces {
  /** Of an argument that is a number; `size` is what it changes from and to. */
  number(definition: LayerDefinition, key: string, size: SizeChange): Place;
  /** Of one entry of a list. */
  entry(definition: LayerDefinition, key: string, entry: number): Place;
}

export interface SizeChange {
  readonly before: number;
  readonly after: number;
}

export function scriptPlaces(bindings: Bindings, t: Localize): SizePlaces {
  return {
    number: (definition, key) => placeOfNumber(definition, key, bindings, t),
    entry: (definition, key, entry) => placeOfEntry(definition, key, entry, bindings, t),
  };
}

/** The literal of `key: 16`, or of `key: FILTERS` where that constant has no other use. */
function placeOfNumber(definition: LayerDefinition, key: string, bindings: Bindings, t: Localize): Place {
  const argument = definition.arguments[key];
  if (!argument) {
    return definition.computedArguments.includes(key)
      ? t('{0} is computed', key)
      : t('{0} is not written at this line', key);
  }
  if (!isWithin(argument.span, definition.span))
    return t(
      '{0} comes from a configuration at line {1} that other layers may share',
      key,
      argument.span.start.line + 1,
    );
  const value = valueNode(bindings.root, argument);
  return value ? placeOf(value, bindings, t) : t('{0} is computed', key);
}

/** The literal at one entry of a list, `targetShape: [7, 7, 16]`. */
function placeOfEntry(definition: LayerDefinition, key: string, entry: number, bindings: Bindings, t: Localize): Place {
  const argument = definition.arguments[key];
  const list = argument && isWithin(argument.span, definition.span) ? valueNode(bindings.root, argument) : null;
  const inner = list && plain(list);
  const item =
    inner?.type === 'array' ? inner.namedChildren.filter((one) => one?.type !== 'comment')[entry] : undefined;
  return item ? placeOf(item, bindings, t) : t('the {0} of line {1} is computed', key, definition.line + 1);
}

function placeOf(value: Node, bindings: Bindings, t: Localize): Place {
  const node = plain(value);
  if (node.type === 'number') return { span: spanOf(node) };
  const name = bindings.textOf(node);
  if (node.type !== 'identifier' && node.type !== 'shorthand_property_identifier')
    return t('its value is computed: {0}', name);
  return placeOfConstant(node, name, bindings, t);
}

/** A constant with one use is that use's number; with more, others would change too. */
function placeOfConstant(use: Node, name: string, bindings: Bindings, t: Localize): Place {
  const declaration = bindings.resolve(name, use);
  const [origin] = declaration?.origins ?? [];
  if (!declaration?.constant || origin?.source.kind !== 'expression' || origin.path.length > 0)
    return t('its value is computed: {0}', name);
  const literal = plain(origin.source.node);
  if (literal.type !== 'number') return t('its value is computed: {0}', name);
  if (isExported(literal)) return t('{0} is exported, and other files may use it', name);
  const uses = occurrences(bindings.root, bindings.text, [name]).filter(
    (node) =>
      node.type !== 'property_identifier' &&
      node.nextSibling?.type !== '=' &&
      bindings.resolve(name, node) === declaration,
  );
  return uses.length > 1 ? t('{0} is used in {1} places', name, uses.length) : { span: spanOf(literal) };
}

function isExported(node: Node): boolean {
  for (let around = node.parent; around; around = around.parent) {
    if (around.type === 'export_statement') return true;
    if (around.type === 'statement_block') return false;
  }
  return false;
}

function valueNode(root: Node, { span }: LayerArgument): Node | null {
  const at = ({ line, character }: TextSpan['start']): { row: number; column: number } => ({
    row: line,
    column: character,
  });
  const node = root.descendantForPosition(at(span.start), at(span.end));
  if (node?.type === 'shorthand_property_identifier') return node;
  for (let around: Node | null = node; around; around = around.parent) {
    if (around.type === 'pair') return around.childForFieldName('value');
  }
  return null;
}

/** Without brackets and casts. */
function plain(node: Node): Node {
  let inner = node;
  while (TRANSPARENT.has(inner.type) && inner.type !== 'await_expression' && inner.firstNamedChild)
    inner = inner.firstNamedChild;
  return inner;
}
