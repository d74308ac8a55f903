/**
 * Which declaration a name refers to: the lexical scopes of JavaScript and TypeScript, as far as the
 * question "is this TensorFlow.js?" needs them. Values are worked out only for names that are asked for.
 */
import type { Node } from '@vscode/tree-sitter-wasm';
import { bindingOccurrences } from './occurrences.js';

/** How a declared name gets its value: from an expression or a type, then along a path of properties. */
export interface Origin {
  readonly source:
    | { readonly kind: 'expression'; readonly node: Node }
    | { readonly kind: 'type'; readonly node: Node }
    | { readonly kind: 'module'; readonly specifier: string }
    | { readonly kind: 'parameter'; readonly function: Node; readonly name: string }
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

const DECLARING = new Set([
  'import_statement',
  'variable_declarator',
  'formal_parameters',
  'arrow_function',
  'function_declaration',
  'generator_function_declaration',
  'class_declaration',
  'catch_clause',
  'for_in_statement',
  'type_alias_declaration',
]);
/** What may stand between a declared name and its declaration. */
const PATTERNS = new Set([
  'object_pattern',
  'array_pattern',
  'pair_pattern',
  'assignment_pattern',
  'object_assignment_pattern',
  'rest_pattern',
  'required_parameter',
  'optional_parameter',
  'import_clause',
  'import_require_clause',
  'named_imports',
  'import_specifier',
  'namespace_import',
]);
const FUNCTIONS = new Set([
  'function_declaration',
  'generator_function_declaration',
  'function_expression',
  'generator_function',
  'arrow_function',
  'method_definition',
]);
const BLOCKS = new Set([
  'statement_block',
  'program',
  'for_statement',
  'for_in_statement',
  'switch_body',
  'catch_clause',
]);
const NONE: Origin = { source: { kind: 'none' }, path: [] };

export class Bindings {
  readonly #declarations = new Map<string, Declaration[]>();
  readonly #assignments = new Map<string, { readonly target: Node; readonly value: Node }[]>();

  readonly #sought = new Set<string>();
  readonly #collected = new Set<number>();

  constructor(
    readonly root: Node,
    readonly text: string,
  ) {}

  textOf(node: Node): string {
    return this.text.slice(node.startIndex, node.endIndex);
  }

  /** Whether any declaration has this name; cheaper than `resolve`. */
  isDeclared(name: string): boolean {
    this.#seek(name);
    return this.#declarations.has(name);
  }

  /** The declaration of the innermost scope around `use`; undefined for globals. */
  resolve(name: string, use: Node): Declaration | undefined {
    this.#seek(name);
    let found: Declaration | undefined;
    let smallest = Infinity;
    for (const declaration of this.#declarations.get(name) ?? []) {
      const scope = scopeOf(declaration);
      const size = scope.endIndex - scope.startIndex;
      if (scope.startIndex <= use.startIndex && use.endIndex <= scope.endIndex && size < smallest) {
        found = declaration;
        smallest = size;
      }
    }
    return found;
  }

  /** What is assigned to this declaration after it was made. */
  assignmentsTo(declaration: Declaration): readonly Node[] {
    this.#seek(declaration.name);
    const candidates = this.#assignments.get(declaration.name) ?? [];
    return candidates
      .filter(({ target }) => this.resolve(declaration.name, target) === declaration)
      .map(({ value }) => value);
  }

  /** Collects every declaration of and assignment to a name, the first time that it is asked for. */
  #seek(name: string): void {
    if (this.#sought.has(name)) return;
    this.#sought.add(name);
    for (const node of bindingOccurrences(this.root, this.text, name)) {
      let around = node.parent;
      if (around?.type === 'assignment_expression') this.#collectAssignment(around);
      while (around && PATTERNS.has(around.type)) around = around.parent;
      if (!around || !DECLARING.has(around.type) || this.#collected.has(around.id)) continue;
      this.#collected.add(around.id);
      this.#collect(around);
    }
  }

  #collect(node: Node): void {
    switch (node.type) {
      case 'import_statement':
        return this.#collectImport(node);
      case 'variable_declarator':
        return this.#collectVariable(node);
      case 'formal_parameters':
        return node.namedChildren.forEach((parameter) => parameter && this.#collectParameter(parameter, node.parent));
      case 'arrow_function': {
        const parameter = node.childForFieldName('parameter');
        return parameter ? this.#collectParameter(parameter, node) : undefined;
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
          if (name) add(item?.childForFieldName('alias') ?? name, [this.textOf(name).replace(/^['"]|['"]$/g, '')]);
        }
      }
    }
  }

  #collectVariable(node: Node): void {
    const pattern = node.childForFieldName('name');
    if (!pattern) return;
    const declaration = node.parent;
    const keyword = declaration?.type === 'lexical_declaration' ? this.textOf(declaration).slice(0, 5) : 'var';
    this.#bind(pattern, originsOf(node), {
      scope: keyword === 'var' ? 'function' : 'block',
      constant: keyword === 'const',
    });
  }

  #collectParameter(parameter: Node, owner: Node | null): void {
    const pattern = parameter.childForFieldName('pattern') ?? parameter;
    const origins: Origin[] = originsOf(parameter);
    if (owner && pattern.type === 'identifier') {
      origins.push({ source: { kind: 'parameter', function: owner, name: this.textOf(pattern) }, path: [] });
    }
    this.#bind(pattern, origins, { scope: 'self', constant: false });
  }

  #bind(pattern: Node, origins: readonly Origin[], how: { scope: Declaration['scope']; constant: boolean }): void {
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
        return pattern.namedChildren.forEach((child) => child && this.#bind(child, [NONE], how));
    }
  }

  #bindProperty(
    child: Node,
    origins: readonly Origin[],
    how: { scope: Declaration['scope']; constant: boolean },
  ): void {
    const along = (key: string): Origin[] => origins.map((origin) => ({ ...origin, path: [...origin.path, key] }));
    if (child.type === 'rest_pattern') this.#bind(child, origins, how);
    else if (child.type === 'shorthand_property_identifier_pattern') this.#add(child, along(this.textOf(child)), how);
    else if (child.type === 'object_assignment_pattern') {
      const left = child.childForFieldName('left');
      if (left) this.#bind(left, along(this.textOf(left)), how);
    } else if (child.type === 'pair_pattern') {
      const [key, value] = [child.childForFieldName('key'), child.childForFieldName('value')];
      if (key && value) this.#bind(value, along(this.textOf(key).replace(/^['"]|['"]$/g, '')), how);
    }
  }

  #add(node: Node, origins: readonly Origin[], how: { scope: Declaration['scope']; constant: boolean }): void {
    const name = this.textOf(node);
    const list = this.#declarations.get(name);
    const declaration = { name, node, origins, ...how };
    if (list) list.push(declaration);
    else this.#declarations.set(name, [declaration]);
  }

  #collectAssignment(node: Node): void {
    const [target, value] = [node.childForFieldName('left'), node.childForFieldName('right')];
    if (!target || !value || target.type !== 'identifier' || this.#collected.has(node.id)) return;
    this.#collected.add(node.id);
    const name = this.textOf(target);
    const list = this.#assignments.get(name);
    if (list) list.push({ target, value });
    else this.#assignments.set(name, [{ target, value }]);
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

/** The node in which a declaration is seen. */
function scopeOf(declaration: Declaration): Node {
  let node = declaration.node;
  // The name of a function or class is seen outside of it, its parameters inside.
  if (declaration.scope === 'block' && /function|class|alias/.test(node.parent?.type ?? '')) node = node.parent ?? node;
  for (let around = node.parent; around; around = around.parent) {
    if (declaration.scope === 'self' && (FUNCTIONS.has(around.type) || around.type === 'catch_clause')) return around;
    if (declaration.scope === 'function' && (FUNCTIONS.has(around.type) || around.type === 'program')) return around;
    if (declaration.scope === 'block' && BLOCKS.has(around.type)) return around;
    node = around;
  }
  return node;
}

/** The value of a string literal or of a template without substitutions; null for anything else. */
export function stringValue(node: Node, text: string): string | null {
  if (node.type !== 'string' && node.type !== 'template_string') return null;
  const inner = node.namedChildren.filter((child) => child !== null);
  if (inner.some((child) => child.type === 'template_substitution')) return null;
  return unescape(text.slice(node.startIndex + 1, node.endIndex - 1));
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0' };

function unescape(source: string): string {
  return source.replace(/\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))/g, (...found) => {
    const [, braces, unicode, hex, single] = found as (string | undefined)[];
    const code = braces ?? unicode ?? hex;
    if (code !== undefined) return String.fromCodePoint(Math.min(parseInt(code, 16), 0x10ffff));
    if (single === undefined || /^\r?\n$/.test(single)) return '';
    return ESCAPES[single] ?? single;
  });
}
