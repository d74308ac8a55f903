/** What a declaring node declares: names, and how each gets its value. Patterns are followed to their names. */
import type { Node } from '@vscode/tree-sitter-wasm';
import { stringValue } from './stringLiteral.js';

/**
 * How a declared name gets its value: from an expression or a type, then along a path of properties and of places in
 * lists ("#1").
 */
export interface Origin {
  readonly source:
    | { readonly kind: 'expression'; readonly node: Node }
    | { readonly kind: 'type'; readonly node: Node }
    | { readonly kind: 'module'; readonly specifier: string }
    /** `name` is empty where the parameter is a pattern. */
    | { readonly kind: 'parameter'; readonly function: Node; readonly index: number; readonly name: string }
    | { readonly kind: 'none' };
  readonly path: readonly string[];
}

export interface Declaration {
  readonly name: string;
  readonly node: Node;
  /** Tried in order: an initial value before a default. */
  readonly origins: readonly Origin[];
  readonly scope: 'block' | 'function' | 'self';
  /** Declared by `const` or an import, so that the initial value is the value. */
  readonly constant: boolean;
}

type How = Pick<Declaration, 'scope' | 'constant'>;

const NONE: Origin = { source: { kind: 'none' }, path: [] };

/** The declarations of one declaring node: an import, declarator, parameter list, function, class, catch, loop or type. */
export function declarationsIn(node: Node, text: string): Declaration[] {
  const collector = new Collector(text);
  collector.collect(node);
  return collector.found;
}

/** `tf = …`, `({ layers } = tf)`: the names that an assignment gives values, in the form of declarations. */
export function assignmentsIn(node: Node, text: string): Declaration[] {
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
  const collector = new Collector(text);
  if (left && right) collector.collectAssigned(left, right);
  return collector.found;
}

class Collector {
  readonly found: Declaration[] = [];

  constructor(readonly text: string) {}

  collect(node: Node): void {
    switch (node.type) {
      case 'import_statement':
        return this.#collectImport(node);
      case 'variable_declarator':
        return this.#collectVariable(node);
      case 'formal_parameters':
        return withoutComments(node).forEach((parameter, index) =>
          this.#collectParameter(parameter, node.parent, index),
        );
      case 'arrow_function': {
        const parameter = node.childForFieldName('parameter');
        return parameter ? this.#collectParameter(parameter, node, 0) : undefined;
      }
      case 'catch_clause': {
        const parameter = node.childForFieldName('parameter');
        return parameter ? this.#bind(parameter, [NONE], { scope: 'self', constant: false }) : undefined;
      }
      case 'for_in_statement': {
        const left = node.childForFieldName('left');
        return left && node.childForFieldName('kind')
          ? this.#bind(left, [NONE], { scope: 'block', constant: false })
          : undefined;
      }
      case 'type_alias_declaration': {
        const value = node.childForFieldName('value');
        const name = node.childForFieldName('name');
        if (name && value)
          this.#add(name, [{ source: { kind: 'type', node: value }, path: [] }], { scope: 'block', constant: true });
        return;
      }
      default: {
        const name = node.childForFieldName('name');
        if (name) this.#add(name, [NONE], { scope: 'block', constant: false });
      }
    }
  }

  collectAssigned(left: Node, right: Node): void {
    this.#bind(left, [{ source: { kind: 'expression', node: right }, path: [] }], { scope: 'block', constant: false });
  }

  #collectImport(node: Node): void {
    const clause = node.namedChildren.find(
      (child) => child?.type === 'import_clause' || child?.type === 'import_require_clause',
    );
    const source = node.childForFieldName('source') ?? clause?.childForFieldName('source');
    if (!clause || !source) return;
    const specifier = stringValue(source, this.text);
    if (specifier === null) return;
    const add = (name: Node, path: readonly string[]): void =>
      this.#add(name, [{ source: { kind: 'module', specifier }, path }], { scope: 'block', constant: true });
    for (const child of clause.namedChildren) {
      if (child?.type === 'identifier') add(child, clause.type === 'import_require_clause' ? [] : ['default']);
      else if (child?.type === 'namespace_import') child.namedChildren.forEach((name) => name && add(name, []));
      else if (child?.type === 'named_imports') {
        for (const item of child.namedChildren) {
          const name = item?.childForFieldName('name');
          if (name) add(item?.childForFieldName('alias') ?? name, [this.#textOf(name).replace(/^['"]|['"]$/g, '')]);
        }
      }
    }
  }

  #collectVariable(node: Node): void {
    const pattern = node.childForFieldName('name');
    if (!pattern) return;
    const declaration = node.parent;
    const keyword = declaration?.type === 'lexical_declaration' ? this.#textOf(declaration).slice(0, 5) : 'var';
    this.#bind(pattern, originsOf(node), {
      scope: keyword === 'var' ? 'function' : 'block',
      constant: keyword === 'const',
    });
  }

  #collectParameter(parameter: Node, owner: Node | null, index: number): void {
    const pattern = parameter.childForFieldName('pattern') ?? parameter;
    const origins: Origin[] = originsOf(parameter);
    const name = pattern.type === 'identifier' ? this.#textOf(pattern) : '';
    if (owner) origins.push({ source: { kind: 'parameter', function: owner, index, name }, path: [] });
    this.#bind(pattern, origins, { scope: 'self', constant: false });
  }

  #bind(pattern: Node, origins: readonly Origin[], how: How): void {
    switch (pattern.type) {
      case 'identifier':
      case 'shorthand_property_identifier_pattern':
        return this.#add(pattern, origins, how);
      case 'assignment_pattern': {
        const [left, right] = [pattern.childForFieldName('left'), pattern.childForFieldName('right')];
        const fallback: Origin[] = right ? [{ source: { kind: 'expression', node: right }, path: [] }] : [];
        return left ? this.#bind(left, [...origins, ...fallback], how) : undefined;
      }
      case 'rest_pattern':
        return pattern.namedChildren.forEach((child) => child && this.#bind(child, origins, how));
      case 'object_pattern':
        return pattern.namedChildren.forEach((child) => child && this.#bindProperty(child, origins, how));
      case 'array_pattern':
        return elementsOf(pattern).forEach(
          (child, index) => child && this.#bind(child, along(origins, `#${index}`), how),
        );
    }
  }

  #bindProperty(child: Node, origins: readonly Origin[], how: How): void {
    if (child.type === 'rest_pattern') this.#bind(child, origins, how);
    else if (child.type === 'shorthand_property_identifier_pattern')
      this.#add(child, along(origins, this.#textOf(child)), how);
    else if (child.type === 'object_assignment_pattern') {
      const left = child.childForFieldName('left');
      if (left) this.#bind(left, along(origins, this.#textOf(left)), how);
    } else if (child.type === 'pair_pattern') {
      const [key, value] = [child.childForFieldName('key'), child.childForFieldName('value')];
      if (key && value) this.#bind(value, along(origins, this.#textOf(key).replace(/^['"]|['"]$/g, '')), how);
    }
  }

  #add(node: Node, origins: readonly Origin[], how: How): void {
    this.found.push({ name: this.#textOf(node), node, origins, ...how });
  }

  #textOf(node: Node): string {
    return this.text.slice(node.startIndex, node.endIndex);
  }
}

/** Value and type of a declarator or parameter, the type first: it says what the value is meant to be. */
function originsOf(node: Node): Origin[] {
  const origins: Origin[] = [];
  const type = node.childForFieldName('type');
  const value = node.childForFieldName('value');
  if (type) origins.push({ source: { kind: 'type', node: type }, path: [] });
  if (value) origins.push({ source: { kind: 'expression', node: value }, path: [] });
  return origins;
}

function along(origins: readonly Origin[], step: string): Origin[] {
  return origins.map((origin) => ({ ...origin, path: [...origin.path, step] }));
}

/** What stands at each place of a list or a pattern of one; null for what is left out. */
export function elementsOf(list: Node): (Node | null)[] {
  const elements: (Node | null)[] = [null];
  for (const child of list.children) {
    if (child?.type === ',') elements.push(null);
    else if (child?.isNamed && child.type !== 'comment') elements[elements.length - 1] = child;
  }
  return elements;
}

export function withoutComments(list: Node): Node[] {
  return list.namedChildren.filter((child): child is Node => child !== null && child.type !== 'comment');
}
