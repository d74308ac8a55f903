/** Where the sizes of a Python file's layers stand: literals, factors of products, and names with one value. */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { LayerArgument, LayerDefinition } from '../detect/layerDefinition.js';
import { spanOf } from '../detect/literals.js';
import { isWithin } from '../detect/problemSpan.js';
import { pythonLiteral } from '../detect/python/pythonArguments.js';
import { PythonNames } from '../detect/python/pythonNames.js';
import { occurrences } from '../detect/occurrences.js';
import type { Localize } from '../localize.js';
import type { Place, SizeChange, SizePlaces } from './numberLiteral.js';

/** `channels` is the change of the layer that is reduced: `16` of `16 * 5 * 5`. */
export function pythonPlaces(root: Node, text: string, channels: SizeChange, t: Localize): SizePlaces {
  const names = new PythonNames(root, text);
  return {
    number: (definition, key, size) => {
      const value = argumentOf(definition, key, t);
      return typeof value === 'string' ? value : placeOf(valueNode(root, value), size, channels, names, t);
    },
    entry: (definition, key, entry) => {
      const value = argumentOf(definition, key, t);
      if (typeof value === 'string') return value;
      const list = valueNode(root, value);
      const item = /^(?:tuple|list)$/.test(list.type)
        ? list.namedChildren.filter((one) => one?.type !== 'comment')[entry]
        : undefined;
      return item
        ? placeOf(item, null, channels, names, t)
        : t('the {0} of line {1} is computed', key, definition.line + 1);
    },
  };
}

function argumentOf(definition: LayerDefinition, key: string, t: Localize): LayerArgument | string {
  const argument = definition.arguments[key];
  if (argument && isWithin(argument.span, definition.span)) return argument;
  return definition.computedArguments.includes(key)
    ? t('{0} is computed', key)
    : t('{0} is not written at this line', key);
}

/** Without the keyword. */
function valueNode(root: Node, { span: { start, end } }: LayerArgument): Node {
  const at = ({ line, character }: typeof start): { row: number; column: number } => ({ row: line, column: character });
  const node = root.descendantForPosition(at(start), at(end)) ?? root;
  return (node.type === 'keyword_argument' && node.childForFieldName('value')) || node;
}

function placeOf(value: Node, size: SizeChange | null, channels: SizeChange, names: PythonNames, t: Localize): Place {
  let node = value;
  while (node.type === 'parenthesized_expression' && node.firstNamedChild) node = node.firstNamedChild;
  if (node.type === 'integer') return { span: spanOf(node) };
  if (node.type === 'identifier') return placeOfName(node, names, t);
  const computed = t('its value is computed: {0}', names.textOf(node));
  const factors = size ? factorsOf(node) : null;
  if (!factors || !size) return computed;
  const matching = factors.filter((one) => pythonLiteral(one, names) === channels.before);
  const [factor] = matching;
  // The factor that changes, and no other, leads to the new size.
  if (!factor || matching.length > 1 || (size.before / channels.before) * channels.after !== size.after)
    return computed;
  const place = factor.type === 'integer' ? { span: spanOf(factor) } : placeOfName(factor, names, t);
  return typeof place === 'string' ? place : { ...place, text: String(channels.after) };
}

/** Of a product of numbers and names; null for all else. */
function factorsOf(node: Node): Node[] | null {
  if (node.type === 'integer' || node.type === 'identifier') return [node];
  const inner = node.type === 'parenthesized_expression' ? node.firstNamedChild : null;
  if (inner) return factorsOf(inner);
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
  if (node.type !== 'binary_operator' || node.childForFieldName('operator')?.type !== '*' || !left || !right)
    return null;
  const factors = [factorsOf(left), factorsOf(right)];
  return factors[0] && factors[1] ? [...factors[0], ...factors[1]] : null;
}

function placeOfName(use: Node, names: PythonNames, t: Localize): Place {
  const name = names.textOf(use);
  const computed = t('its value is computed: {0}', name);
  const [binding, ...others] = names.bindingsOf(use);
  const value = binding?.value && 'expression' in binding.value ? binding.value.expression : null;
  if (!binding || !value || others.length > 0 || value.type !== 'integer') return computed;
  // A parameter's default is only what it is when nobody says otherwise.
  if (/parameter/.test(value.parent?.type ?? '')) return computed;
  const all = occurrences(names.root, names.text, [name]).filter(
    (node) => node.id !== binding.at.id && names.bindingsOf(node)[0]?.at.id === binding.at.id,
  );
  return { span: spanOf(value), uses: { own: spanOf(use), all: all.map(spanOf), name } };
}
