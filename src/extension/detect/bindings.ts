/**
 * Which declaration a name refers to: the lexical scopes of JavaScript and TypeScript, as far as the
 * question "is this TensorFlow.js?" needs them. Declarations are looked up only for names that are asked for.
 */
import type { Node } from '@vscode/tree-sitter-wasm';
import { assignmentsIn, declarationsIn, type Declaration, type Origin } from './declarations.js';
import { bindingOccurrences } from './occurrences.js';
import { NestedScopes, scopeOf, type Seen } from './scopes.js';

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
const ASSIGNING = new Set(['assignment_expression', 'augmented_assignment_expression']);

export class Bindings {
  readonly #declarations = new Map<string, Seen[]>();
  readonly #assignments = new Map<string, { readonly target: Node; readonly origins: readonly Origin[] }[]>();
  readonly #scopes = new Map<string, NestedScopes>();
  readonly #assigned = new Map<string, ReadonlyMap<Declaration, readonly Origin[]>>();

  readonly #sought = new Set<string>();
  /** Names whose every use matters to who reads through this: of factories, their aliases, fields. */
  readonly usedNames = new Set<string>();
  readonly #collected = new Set<number>();

  constructor(
    readonly root: Node,
    readonly text: string,
  ) {}

  /** Every name whose declarations were asked for. */
  get soughtNames(): ReadonlySet<string> {
    return this.#sought;
  }

  textOf(node: Node): string {
    return this.text.slice(node.startIndex, node.endIndex);
  }

  /** The declaration of the innermost scope around `use`; undefined for globals. */
  resolve(name: string, use: Node): Declaration | undefined {
    this.#seek(name);
    return this.#scopes.get(name)?.around(use.startIndex, use.endIndex);
  }

  /** What is assigned to this declaration after it was made. */
  assignmentsTo(declaration: Declaration): readonly Origin[] {
    const { name } = declaration;
    this.#seek(name);
    // Once for each name: bundlers call thousands of variables alike.
    const known = this.#assigned.get(name) ?? this.#assignmentsByDeclaration(name);
    this.#assigned.set(name, known);
    return known.get(declaration) ?? [];
  }

  #assignmentsByDeclaration(name: string): ReadonlyMap<Declaration, readonly Origin[]> {
    const found = new Map<Declaration, Origin[]>();
    for (const { target, origins } of this.#assignments.get(name) ?? []) {
      const declaration = this.resolve(name, target);
      if (!declaration) continue;
      const list = found.get(declaration);
      if (list) list.push(...origins);
      else found.set(declaration, [...origins]);
    }
    return found;
  }

  /** Collects every declaration of and assignment to a name, the first time that it is asked for. */
  #seek(name: string): void {
    if (this.#sought.has(name)) return;
    this.#sought.add(name);
    for (const node of bindingOccurrences(this.root, this.text, name)) {
      let around = node.parent;
      while (around && PATTERNS.has(around.type)) around = around.parent;
      if (around && ASSIGNING.has(around.type)) this.#collectAssignment(around);
      if (!around || !DECLARING.has(around.type) || this.#collected.has(around.id)) continue;
      this.#collected.add(around.id);
      for (const declaration of declarationsIn(around, this.text)) this.#add(declaration);
    }
    // Whoever declares a name has been looked at now: none is added later.
    this.#scopes.set(name, new NestedScopes(this.#declarations.get(name) ?? []));
  }

  #add(declaration: Declaration): void {
    const list = this.#declarations.get(declaration.name);
    const scope = scopeOf(declaration);
    const seen = { declaration, start: scope.startIndex, end: scope.endIndex };
    if (list) list.push(seen);
    else this.#declarations.set(declaration.name, [seen]);
  }

  #collectAssignment(node: Node): void {
    if (this.#collected.has(node.id)) return;
    this.#collected.add(node.id);
    for (const { name, node: target, origins } of assignmentsIn(node, this.text)) {
      const list = this.#assignments.get(name);
      if (list) list.push({ target, origins });
      else this.#assignments.set(name, [{ target, origins }]);
    }
  }
}
