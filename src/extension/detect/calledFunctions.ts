/** The functions of the file that a call calls, and what they return. */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { Bindings } from './bindings.js';
import { classBodyAround } from './classFields.js';

const FUNCTION = /^(?:arrow_function|(?:generator_)?function(?:_declaration|_expression)?|method_definition)$/;

export function isFunction(node: Node): boolean {
  return FUNCTION.test(node.type);
}

/** `getTf` of `function getTf() {…}` and `const getTf = () => …`; `load` of `this.load()` and `Service.load()`. */
export function functionCalled(callee: Node, bindings: Bindings): Node | null {
  if (callee.type === 'identifier') return functionNamed(callee, bindings);
  const object = callee.type === 'member_expression' ? callee.childForFieldName('object') : null;
  const body = object?.type === 'this' ? classBodyAround(object) : object && classBodyOf(object, bindings);
  const name = callee.childForFieldName('property');
  return body && name ? methodOf(body, bindings.textOf(name), bindings) : null;
}

function functionNamed(name: Node, bindings: Bindings): Node | null {
  const text = bindings.textOf(name);
  const declared = bindings.resolve(text, name);
  if (!declared) return null;
  bindings.usedNames.add(text);
  const source = declared.origins[0]?.source;
  const made = source?.kind === 'expression' ? source.node : declared.node.parent;
  return made && isFunction(made) ? made : null;
}

function methodOf(body: Node, name: string, bindings: Bindings): Node | null {
  const method = body.namedChildren.find((one) => {
    const key = one?.type === 'method_definition' ? one.childForFieldName('name') : null;
    return key ? bindings.textOf(key) === name : false;
  });
  if (method) bindings.usedNames.add(name);
  return method ?? null;
}

/** The body of the class that a name in sight declares. */
export function classBodyOf(name: Node, bindings: Bindings): Node | null {
  const declared = name.type === 'identifier' ? bindings.resolve(bindings.textOf(name), name) : undefined;
  const around = declared?.node.parent;
  return around?.type.startsWith('class') ? around.childForFieldName('body') : null;
}

/** The expressions that a function returns itself, not those of functions in it. */
export function returnedBy(made: Node, bindings: Bindings): Node[] {
  const body = made.childForFieldName('body');
  if (body?.type !== 'statement_block') return body ? [body] : [];
  bindings.usedNames.add('return');
  return body.descendantsOfType('return_statement').flatMap((one) => {
    const value = one && functionAround(one)?.id === made.id ? one.firstNamedChild : null;
    return value ? [value] : [];
  });
}

function functionAround(node: Node): Node | null {
  let around = node.parent;
  while (around && !isFunction(around)) around = around.parent;
  return around;
}
