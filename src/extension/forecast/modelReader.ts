/**
 * Puts a file's models together from its text: sequential models layer by layer, functional ones from their
 * outputs back. It follows statements in order and calls of functions in the same file. Branches, loops and
 * calls into other files are not followed: what they may change is unknown afterwards, never guessed.
 */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { LayerDefinition } from '../detect/layerDefinition.js';
import { stringValue } from '../detect/stringLiteral.js';
import { TRANSPARENT } from '../detect/tfjsValues.js';
import { ComposedModels, embed, type ReadModel } from './composedModels.js';
import { Scope, tensorsOf, UNKNOWN, type Instance, type Value } from './symbolicValues.js';
import { forget, Undecided } from './undecided.js';

/** Calls inside calls that are followed, and all nodes that are looked at: files may be written to be endless. */
const MOST_CALLS_DEEP = 8;
const MOST_STEPS = 8_000;
const FUNCTIONS = new Set([
  'function_declaration',
  'function_expression',
  'arrow_function',
  'method_definition',
  'generator_function_declaration',
]);

export function readModels(root: Node, text: string, definitions: readonly LayerDefinition[]): ReadModel[] {
  const reader = new ModelReader(text, definitions);
  const file = new Scope(null);
  reader.run(root, file);
  for (const owner of ownersOfUnread(root, definitions, reader)) {
    const value = reader.enter(owner, file, []);
    if (value.kind === 'sequential') value.model.escaped = true;
  }
  return reader.models();
}

/** The outermost functions around definitions that nothing in the file has called. */
function* ownersOfUnread(root: Node, definitions: readonly LayerDefinition[], reader: ModelReader): Generator<Node> {
  for (const [index, { span }] of definitions.entries()) {
    if (reader.read.has(index)) continue;
    let owner: Node | null = null;
    let node = root.descendantForPosition({ row: span.start.line, column: span.start.character });
    for (; node; node = node.parent) if (FUNCTIONS.has(node.type)) owner = node;
    if (owner) yield owner;
  }
}

class ModelReader {
  /** Definitions that were met so far. */
  readonly read = new Set<number>();
  readonly #byPlace = new Map<string, number>();
  readonly #models = new ComposedModels();
  readonly #undecided: Undecided;
  #deep = 0;
  #steps = 0;

  constructor(
    readonly text: string,
    readonly definitions: readonly LayerDefinition[],
  ) {
    this.#undecided = new Undecided(text);
    definitions.forEach(({ span: { start, end } }, index) =>
      this.#byPlace.set(`${start.line}:${start.character}-${end.line}:${end.character}`, index),
    );
  }

  models(): ReadModel[] {
    return this.#steps > MOST_STEPS ? [] : this.#models.whole();
  }

  /** Statements in order; the value of the first `return`, if any. */
  run(block: Node, scope: Scope): Value | undefined {
    const statements = block.namedChildren.filter((child) => child !== null);
    for (const statement of statements) {
      const name = statement.type === 'function_declaration' ? statement.childForFieldName('name') : null;
      if (name) scope.declare(this.#textOf(name), { kind: 'function', node: statement, scope });
    }
    for (const statement of statements) {
      const returned = this.#statement(statement, scope);
      if (returned) return returned;
    }
    return undefined;
  }

  /** The body of a function with its parameters; what it returns. */
  enter(owner: Node, around: Scope, given: readonly Value[]): Value {
    const body = owner.childForFieldName('body');
    if (!body || this.#deep >= MOST_CALLS_DEEP) return UNKNOWN;
    const scope = new Scope(around);
    const single = owner.childForFieldName('parameter');
    const list = owner.childForFieldName('parameters')?.namedChildren ?? (single ? [single] : []);
    list.forEach((parameter, index) => {
      const name = parameter?.childForFieldName('pattern') ?? parameter?.childForFieldName('left') ?? parameter;
      if (name) this.#name(name, given[index] ?? UNKNOWN, scope);
    });
    this.#deep++;
    const value = body.type === 'statement_block' ? this.run(body, scope) : this.#evaluate(body, scope);
    this.#deep--;
    return value ?? UNKNOWN;
  }

  #statement(node: Node, scope: Scope): Value | undefined {
    if (++this.#steps > MOST_STEPS) return UNKNOWN;
    switch (node.type) {
      case 'lexical_declaration':
      case 'variable_declaration':
        return void node.namedChildren.forEach(
          (one) => one?.type === 'variable_declarator' && this.#declare(one, scope),
        );
      case 'expression_statement':
        return void (node.firstNamedChild && this.#evaluate(node.firstNamedChild, scope));
      case 'return_statement':
        return node.firstNamedChild ? this.#evaluate(node.firstNamedChild, scope) : UNKNOWN;
      case 'export_statement': {
        const inner = node.childForFieldName('declaration') ?? node.childForFieldName('value');
        return inner ? void this.#exported(inner, scope) : undefined;
      }
      case 'statement_block':
        return this.run(node, scope);
      case 'try_statement': {
        const body = node.childForFieldName('body');
        return body ? this.run(body, scope) : undefined;
      }
      case 'function_declaration':
      case 'class_declaration':
      case 'import_statement':
        return undefined;
      default:
        return void this.#spoil(node, scope);
    }
  }

  #exported(inner: Node, scope: Scope): void {
    const name = inner.type === 'function_declaration' ? inner.childForFieldName('name') : null;
    if (name) scope.declare(this.#textOf(name), { kind: 'function', node: inner, scope });
    else if (/_declaration$/.test(inner.type)) this.#statement(inner, scope);
    else this.#evaluate(inner, scope);
  }

  #declare(declarator: Node, scope: Scope): void {
    const [name, value] = [declarator.childForFieldName('name'), declarator.childForFieldName('value')];
    const known = value ? this.#evaluate(value, scope) : UNKNOWN;
    if (name) this.#name(name, known, scope);
  }

  /** A name, or the names of a pattern, whose values are not followed. */
  #name(pattern: Node, value: Value, scope: Scope): void {
    if (pattern.type === 'identifier') return scope.declare(this.#textOf(pattern), value);
    this.#escape(value);
    for (const name of pattern.descendantsOfType(['identifier', 'shorthand_property_identifier_pattern']))
      if (name) scope.declare(this.#textOf(name), UNKNOWN);
  }

  /** Whoever holds it may go on building it. */
  #escape(value: Value): void {
    if (value.kind === 'sequential') value.model.escaped = true;
    if (value.kind === 'list') value.items.forEach((item) => this.#escape(item));
  }

  /** After a branch, a loop or a call that is not followed: what it may have changed is not known any more. */
  #spoil(node: Node, scope: Scope): void {
    if (this.#undecided.leave(node, scope)) this.#models.addsElsewhere = true;
  }

  #evaluate(node: Node, scope: Scope): Value {
    if (++this.#steps > MOST_STEPS) return UNKNOWN;
    if (TRANSPARENT.has(node.type)) return node.firstNamedChild ? this.#evaluate(node.firstNamedChild, scope) : UNKNOWN;
    if (FUNCTIONS.has(node.type)) return { kind: 'function', node, scope };
    switch (node.type) {
      case 'identifier':
      case 'shorthand_property_identifier':
        return scope.get(this.#textOf(node));
      case 'array':
        return { kind: 'list', items: this.#items(node, scope) };
      case 'assignment_expression':
        return this.#assigned(node, scope);
      case 'call_expression':
        return this.#call(node, scope);
      case 'member_expression':
        return this.#member(node, scope);
      case 'subscript_expression': {
        const object = node.childForFieldName('object');
        if (object) this.#evaluate(object, scope);
        return UNKNOWN;
      }
      default:
        this.#spoil(node, scope);
        return UNKNOWN;
    }
  }

  /** Another model goes on from `base.outputs[0]` or `base.getLayer('x').output`. */
  #member(node: Node, scope: Scope): Value {
    const property = node.childForFieldName('property');
    let object = node.childForFieldName('object');
    if (property && /^outputs?$/.test(this.#textOf(property))) {
      while (object && object.type !== 'identifier')
        object = object.childForFieldName('object') ?? object.childForFieldName('function');
      if (object) embed(scope.get(this.#textOf(object)));
    }
    this.#spoil(node, scope);
    return UNKNOWN;
  }

  #assigned(node: Node, scope: Scope): Value {
    const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
    const value = right ? this.#evaluate(right, scope) : UNKNOWN;
    if (left?.type === 'identifier') scope.assign(this.#textOf(left), value);
    else this.#escape(value);
    const list = left?.type === 'subscript_expression' ? left.childForFieldName('object') : null;
    if (list) forget(this.#evaluate(list, scope));
    const names = left?.type.endsWith('_pattern') ? left.descendantsOfType(['identifier', 'shorthand_property_identifier_pattern']) : []; // prettier-ignore
    for (const name of names) if (name) scope.assign(this.#textOf(name), UNKNOWN);
    return value;
  }

  /** Arguments or elements; a list that is spread stands for its items, anything else spread is unknown. */
  #items(node: Node | null, scope: Scope): Value[] {
    return (node?.namedChildren ?? []).flatMap((child): Value[] => {
      if (!child || child.type === 'comment') return [];
      if (child.type !== 'spread_element') return [this.#evaluate(child, scope)];
      const value = child.firstNamedChild ? this.#evaluate(child.firstNamedChild, scope) : UNKNOWN;
      return value.kind === 'list' ? [...value.items] : [UNKNOWN];
    });
  }

  #call(node: Node, scope: Scope): Value {
    const definition = this.#definitionAt(node);
    if (definition !== undefined) return this.#construct(definition);
    const [callee, list] = [node.childForFieldName('function'), node.childForFieldName('arguments')];
    if (!callee) return UNKNOWN;
    const isMember = callee.type === 'member_expression';
    const name = this.#textOf((isMember ? callee.childForFieldName('property') : callee) ?? callee);
    const object = isMember ? callee.childForFieldName('object') : null;
    const receiver = object && object.type !== 'this' ? this.#evaluate(object, scope) : UNKNOWN;
    const called = isMember ? UNKNOWN : scope.get(name);
    if (called.kind === 'function') return this.enter(called.node, called.scope, this.#items(list, scope));
    if (name === 'sequential') return this.#sequentialModel(list?.firstNamedChild ?? null, scope);
    if (name === 'model') return this.#functionalModel(list?.firstNamedChild ?? null, scope);
    const given = this.#items(list, scope);
    if (receiver.kind === 'layer' && name === 'apply') return apply(receiver.instance, given[0] ?? UNKNOWN);
    this.#models.called(receiver, name, given);
    if (receiver.kind === 'sequential') return UNKNOWN;
    this.#letGo(given, list, scope);
    return UNKNOWN;
  }

  #definitionAt({ startPosition: from, endPosition: to }: Node): number | undefined {
    return this.#byPlace.get(`${from.row}:${from.column}-${to.row}:${to.column}`);
  }

  #construct(definition: number): Value {
    this.read.add(definition);
    const instance = { definition };
    return this.definitions[definition]?.factory === 'input'
      ? { kind: 'tensor', use: { instance, inputs: [] } }
      : { kind: 'layer', instance };
  }

  #sequentialModel(config: Node | null, scope: Scope): Value {
    if (config === null) return this.#models.sequential(null);
    const layers = config.type === 'object' ? this.#entry(config, 'layers') : null;
    const isReadable = config.type === 'object' && config.descendantsOfType('spread_element').length === 0;
    return this.#models.sequential(layers ? this.#evaluate(layers, scope) : isReadable ? null : UNKNOWN);
  }

  #functionalModel(config: Node | null, scope: Scope): Value {
    const [inputs = UNKNOWN, outputs = UNKNOWN] = ['inputs', 'outputs'].map((key) => {
      const value = config?.type === 'object' ? this.#entry(config, key) : null;
      return value ? this.#evaluate(value, scope) : UNKNOWN;
    });
    return this.#models.functional(inputs, outputs);
  }

  /** The value of `key: value` in an object, or of the shorthand `key`. */
  #entry(object: Node, key: string): Node | null {
    for (const child of object.namedChildren) {
      if (child?.type === 'shorthand_property_identifier' && this.#textOf(child) === key) return child;
      const name = child?.type === 'pair' ? child.childForFieldName('key') : null;
      if (name && (stringValue(name, this.text) ?? this.#textOf(name)) === key)
        return child?.childForFieldName('value') ?? null;
    }
    return null;
  }

  /** A model that a function of another file gets may be another one afterwards. */
  #letGo(given: readonly Value[], list: Node | null, scope: Scope): void {
    for (const value of given) forget(value);
    for (const child of list?.namedChildren ?? []) if (child && FUNCTIONS.has(child.type)) this.#spoil(child, scope);
  }

  #textOf(node: Node): string {
    return this.text.slice(node.startIndex, node.endIndex);
  }
}

function apply(instance: Instance, given: Value): Value {
  const inputs = tensorsOf(given);
  return inputs ? { kind: 'tensor', use: { instance, inputs } } : UNKNOWN;
}
