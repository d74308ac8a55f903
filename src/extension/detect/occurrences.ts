/**
 * Where a name stands in a file. Text search finds the places and the tree says what they are, so that
 * the cost goes with the few names that matter and not with the length of the file.
 */
import type { Node } from '@vscode/tree-sitter-wasm';

const NAMES = new Set([
  'identifier',
  'property_identifier',
  'shorthand_property_identifier',
  'shorthand_property_identifier_pattern',
  'type_identifier',
  'string_fragment',
]);

/** Nodes that are one of these names, by place: identifiers, properties and whole strings. */
export function occurrences(root: Node, text: string, names: Iterable<string>): Node[] {
  const any = alternatives(names);
  return any === '' ? [] : nodesAt(root, text, new RegExp(`(?<![\\w$])(?:${any})(?![\\w$])`, 'g'));
}

/**
 * As `occurrences`, without properties (`x.name`), uses as an object (`name.x`) and uses in a template (`${name}`):
 * may declare or assign.
 */
export function bindingOccurrences(root: Node, text: string, name: string): Node[] {
  return nodesAt(root, text, new RegExp(bindingPattern(alternatives([name])), 'g'));
}

/** A pattern's source for a name, or several, where it may declare or assign. */
export function bindingPattern(names: string): string {
  return `(?<![\\w$]|[^.]\\.|\\$\\{)(?:${names})(?![\\w$]|\\s*\\??\\.[^.])`;
}

/** The source of a pattern for any of the names. */
export function alternatives(names: Iterable<string>): string {
  return [...names].map((name) => name.replace(/[^\w]/g, '\\$&')).join('|');
}

function nodesAt(root: Node, text: string, pattern: RegExp): Node[] {
  const found: Node[] = [];
  for (const { index, 0: name } of text.matchAll(pattern)) {
    const node = root.descendantForIndex(index, index + name.length);
    if (node && NAMES.has(node.type) && node.startIndex === index && node.endIndex === index + name.length)
      found.push(node);
  }
  return found;
}
