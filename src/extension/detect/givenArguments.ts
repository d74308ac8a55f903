/**
 * What a function's parameter is given, where the text itself says it: the function is called by its name or at once,
 * handed to one that is called at once (as universal modules are), to `then`, or to AMD's `define`.
 */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { Bindings } from './bindings.js';
import { withoutComments } from './declarations.js';
import { occurrences } from './occurrences.js';

/** Expressions; the name of an AMD module is its string. */
export function givenArguments(owner: Node, index: number, bindings: Bindings): Node[] {
  const value = withBrackets(owner);
  const around = value.parent;
  if (around?.type === 'call_expression' && isCallee(value, around)) return argument(around, index);
  if (around?.type === 'arguments' && around.parent) return handedOn(value, around, around.parent, index, bindings);
  return ofCallsByName(owner, index, bindings);
}

function handedOn(value: Node, list: Node, call: Node, index: number, bindings: Bindings): Node[] {
  const callee = call.childForFieldName('function');
  const property = callee?.type === 'member_expression' ? callee.childForFieldName('property') : null;
  if (callee && property && bindings.textOf(property) === 'then') return index === 0 ? fieldOf(callee, 'object') : [];
  const given = withoutComments(list);
  if (callee && bindings.textOf(callee) === 'define') {
    const modules = given.find(({ type }) => type === 'array');
    const module = modules ? withoutComments(modules)[index] : undefined;
    return module ? [module] : [];
  }
  const outer = callee && withoutBrackets(callee);
  const name =
    outer &&
    nameOfParameter(
      outer,
      given.findIndex(({ id }) => id === value.id),
    );
  return outer && name ? callsIn(outer, bindings.textOf(name), bindings).flatMap((one) => argument(one, index)) : [];
}

/** `function build(tf) {…}` and `const build = (tf) => …`, called in the same file. */
function ofCallsByName(owner: Node, index: number, bindings: Bindings): Node[] {
  const made = constructed(owner);
  if (made) return callsIn(bindings.root, bindings.textOf(made), bindings).flatMap((call) => argument(call, index));
  const declarator = owner.parent?.type === 'variable_declarator' ? owner.parent : null;
  const name = declarator ? declarator.childForFieldName('name') : owner.childForFieldName('name');
  if (name?.type !== 'identifier') return [];
  const calls = callsIn(bindings.root, bindings.textOf(name), bindings);
  const isOfOwner = (call: Node): boolean => bindings.resolve(bindings.textOf(name), call)?.node.id === name.id;
  return calls.filter(isOfOwner).flatMap((call) => argument(call, index));
}

/** The name of the class whose constructor this is. */
function constructed(owner: Node): Node | null {
  const isConstructor = owner.type === 'method_definition' && owner.childForFieldName('name')?.text === 'constructor';
  return isConstructor ? (owner.parent?.parent?.childForFieldName('name') ?? null) : null;
}

function callsIn(around: Node, name: string, bindings: Bindings): Node[] {
  bindings.usedNames.add(name);
  return occurrences(bindings.root, bindings.text, [name]).flatMap((node) => {
    const isInside = around.startIndex <= node.startIndex && node.endIndex <= around.endIndex;
    const call = node.parent;
    const isCalled =
      call?.type === 'new_expression'
        ? call.childForFieldName('constructor')?.id === node.id
        : call?.type === 'call_expression' && isCallee(node, call);
    return isInside && call && isCalled ? [call] : [];
  });
}

function nameOfParameter(owner: Node, index: number): Node | null {
  const parameters = owner.childForFieldName('parameters');
  const parameter = parameters ? withoutComments(parameters)[index] : undefined;
  const pattern = parameter?.childForFieldName('pattern') ?? parameter;
  return pattern?.type === 'identifier' ? pattern : null;
}

function argument(call: Node, index: number): Node[] {
  const list = call.childForFieldName('arguments');
  const given = list ? withoutComments(list)[index] : undefined;
  return given ? [given] : [];
}

function isCallee(node: Node, call: Node): boolean {
  return call.childForFieldName('function')?.id === node.id;
}

function fieldOf(node: Node, field: string): Node[] {
  const child = node.childForFieldName(field);
  return child ? [child] : [];
}

function withBrackets(node: Node): Node {
  let outer = node;
  while (outer.parent?.type === 'parenthesized_expression') outer = outer.parent;
  return outer;
}

function withoutBrackets(node: Node): Node {
  let inner = node;
  while (inner.type === 'parenthesized_expression' && inner.firstNamedChild) inner = inner.firstNamedChild;
  return inner;
}
