/**
 * What a part of the text that is not followed – a branch, a loop, a callback, a call into another file – may have
 * done to the models and lists that it names: they are not known any more.
 */
import type { Node } from '@vscode/tree-sitter-wasm';
import { UNKNOWN, type Scope, type Value } from './symbolicValues.js';

/** Text that may change what a name stands for. */
const ASSIGNS = /[^=!<>]=[^=>]/;
const BUILDS = /\.\s*(?:add|pop)\s*\(/;
const CHANGES_LISTS = /\.\s*(?:push|pop|shift|unshift|splice|reverse|sort|fill|copyWithin)\s*\(/;

type FunctionValue = Extract<Value, { kind: 'function' }>;

export class Undecided {
  /** Whether a function adds layers to a model, by the id of its node. */
  readonly #builders = new Map<number, boolean>();

  constructor(readonly text: string) {}

  /** Says of everything that `node` names what may have happened to it; true where it may build a model. */
  leave(node: Node, scope: Scope, seen = new Set<number>()): boolean {
    seen.add(node.id);
    const source = textOf(node, this.text);
    const values = namesIn(node).map((name) => ({ name, value: scope.get(textOf(name, this.text)) }));
    const builders = values.flatMap(({ value }) =>
      value.kind === 'function' && this.#isBuilder(value) ? [value] : [],
    );
    const builds = BUILDS.test(source) || builders.length > 0;
    const [assigns, changesLists] = [ASSIGNS.test(source), CHANGES_LISTS.test(source)];
    for (const { name, value } of values) {
      const isHandedOn = name.parent?.type === 'arguments' && !this.#isFollowable(name.parent, scope);
      if (builds || isHandedOn || isReturned(name, node)) forget(value, builds || isHandedOn);
      if (value.kind === 'list' && (changesLists || assigns)) forget(value);
      if (assigns && isAssigned(name)) scope.assign(textOf(name, this.text), UNKNOWN);
    }
    for (const builder of builders) if (!seen.has(builder.node.id)) this.leave(builder.node, builder.scope, seen);
    return builds;
  }

  /** Asked once for each function: files may have long chains of them. */
  #isBuilder({ node, scope }: FunctionValue): boolean {
    const known = this.#builders.get(node.id) ?? this.#builds(node, scope, new Set());
    this.#builders.set(node.id, known);
    return known;
  }

  /** Whether the text, or a function of this file that it names, adds layers to a model. */
  #builds(node: Node, scope: Scope, seen: Set<number>): boolean {
    if (seen.has(node.id)) return false;
    seen.add(node.id);
    if (BUILDS.test(textOf(node, this.text))) return true;
    return namesIn(node).some((name) => {
      const value = scope.get(textOf(name, this.text));
      return value.kind === 'function' && this.#builds(value.node, value.scope, seen);
    });
  }

  /** A function of this file: what it does is looked into. */
  #isFollowable(list: Node, scope: Scope): boolean {
    const callee = list.parent?.childForFieldName('function');
    return callee?.type === 'identifier' && scope.get(textOf(callee, this.text)).kind === 'function';
  }
}

/** After something unknown was done to a value. */
export function forget(value: Value, withLists = true): void {
  if (value.kind === 'sequential') value.model.spoilt = true;
  if (value.kind === 'list' && withLists) value.items.push(UNKNOWN);
}

/** `if (isSmall) return model;`: it may go on without what follows. */
function isReturned(name: Node, within: Node): boolean {
  for (let node = name.parent; node && node.id !== within.id; node = node.parent)
    if (node.type === 'return_statement') return true;
  return false;
}

function isAssigned(name: Node): boolean {
  const parent = name.parent;
  if (!parent) return false;
  if (parent.type.endsWith('_pattern')) return true;
  return parent.type.endsWith('assignment_expression') && parent.childForFieldName('left')?.id === name.id;
}

function namesIn(node: Node): Node[] {
  const names = node.descendantsOfType(['identifier', 'shorthand_property_identifier_pattern']);
  return names.filter((name) => name !== null);
}

function textOf(node: Node, text: string): string {
  return text.slice(node.startIndex, node.endIndex);
}
