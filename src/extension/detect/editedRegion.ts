/**
 * Which statements an edit touches, and whether they can matter to the layers of the file: where no name is in them
 * that detection asked for, before the edit or after it, every layer is what it was and only moves.
 */
import type { Edit, Node } from '@vscode/tree-sitter-wasm';
import type { Bindings } from './bindings.js';
import { alternatives, bindingPattern } from './occurrences.js';
import type { LayerArgument, LayerDefinition, TextPosition, TextSpan } from './layerDefinition.js';

/** Offsets into the text, the end exclusive. */
export interface Region {
  readonly start: number;
  readonly end: number;
}

/** Nodes whose children are statements, or members of a class. */
const LISTS = new Set(['program', 'statement_block', 'class_body', 'switch_case', 'switch_default']);

/** The statements that the region touches, whole. */
export function wholeStatements(root: Node, { start, end }: Region): Region {
  const sides = [
    [Math.max(0, start - 1), start],
    [start, start],
    [end, end],
    [end, Math.min(end + 1, root.endIndex)],
  ] as const;
  let [from, to] = [start, end];
  for (const [left, right] of sides) {
    const statement = statementAround(root, left, right);
    if (!statement) continue;
    from = Math.min(from, statement.startIndex);
    to = Math.max(to, statement.endIndex);
  }
  return { start: from, end: to };
}

/** Which blocks the region is in: their kinds and where they begin. */
export function placeOf(root: Node, { start, end }: Region): string {
  const place: string[] = [];
  let node = root.descendantForIndex(start, end);
  for (; node; node = node.parent) if (LISTS.has(node.type)) place.push(`${node.type} ${node.startIndex}`);
  return place.join();
}

/** Null between statements. */
function statementAround(root: Node, start: number, end: number): Node | null {
  let node = root.descendantForIndex(start, end);
  if (!node || LISTS.has(node.type)) return null;
  for (let parent = node.parent; parent && !LISTS.has(parent.type); parent = node.parent) node = parent;
  return node;
}

/** Finds what makes a text matter: a used name, a sought one that may be declared, or a word that brings modules in. */
export function mattersBy({ usedNames, soughtNames }: Pick<Bindings, 'usedNames' | 'soughtNames'>): RegExp {
  const used = alternatives(['import', 'require', ...usedNames]);
  const patterns = [`(?<![\\w$])(?:${used})(?![\\w$])`];
  if (soughtNames.size > 0) patterns.push(bindingPattern(alternatives(soughtNames)));
  return new RegExp(patterns.join('|'));
}

/** Where a region is after an edit: it grows with edits inside of it. */
export function movedRegion({ start, end }: Region, { oldEndIndex, newEndIndex }: Edit): Region {
  const movedOffset = (offset: number): number => (offset >= oldEndIndex ? offset + newEndIndex - oldEndIndex : offset);
  return { start: movedOffset(start), end: Math.max(movedOffset(end), movedOffset(start)) };
}

/** The layers with their places moved by an edit that touched none of them. */
export function moved(layers: readonly LayerDefinition[], edit: Edit): readonly LayerDefinition[] {
  return layers.map((layer) => {
    const span = movedSpan(layer.span, edit);
    return {
      ...layer,
      span,
      callee: movedSpan(layer.callee, edit),
      line: span.start.line,
      arguments: movedArguments(layer.arguments, edit),
    };
  });
}

function movedArguments(given: LayerDefinition['arguments'], edit: Edit): LayerDefinition['arguments'] {
  const entries = Object.entries(given).map(([key, one]): [string, LayerArgument] => [
    key,
    { value: one.value, span: movedSpan(one.span, edit) },
  ]);
  return Object.fromEntries(entries);
}

function movedSpan({ start, end }: TextSpan, edit: Edit): TextSpan {
  return { start: movedPosition(start, edit), end: movedPosition(end, edit) };
}

function movedPosition(at: TextPosition, { oldEndPosition: old, newEndPosition: now }: Edit): TextPosition {
  if (at.line < old.row || (at.line === old.row && at.character < old.column)) return at;
  if (at.line > old.row) return { line: at.line + now.row - old.row, character: at.character };
  return { line: now.row, character: at.character + now.column - old.column };
}
