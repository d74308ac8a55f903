/**
 * Functions and operators that may be recorded as layers: `F.relu(x)`, `torch.flatten(x, 1)`, `x.view(-1, 8)`, `x + y`.
 * Methods and operators count only in classes that have a `forward` or a `call`.
 */
import type { Node } from '@vscode/tree-sitter-wasm';
import {
  canonicalFunction,
  FUNCTION_NAMES,
  functionKind,
  layerFunction,
  OPERATORS,
} from '../../../frameworks/python/operations.js';
import type { LayerDefinition } from '../layerDefinition.js';
import { spanOf } from '../literals.js';
import { occurrences } from '../occurrences.js';
import { isSelf } from './pythonFields.js';
import type { PythonNames } from './pythonNames.js';
import { pythonLiteral } from './pythonArguments.js';
import { calledBy, surroundingsOf } from './pythonSurroundings.js';

/** Enough to tell one call from another. */
const DEEPEST = 6;

export function* functionDefinitions(names: PythonNames): Generator<void, LayerDefinition[]> {
  const bodies = forwardBodies(names);
  const found = new Map<string, LayerDefinition>();
  const add = (node: Node, name: string, callee: Node): void => {
    const definition = definitionOf(node, name, callee, names);
    const { line, character } = definition.span.start;
    // `a + b + c` is one place in the text: what is recorded of both begins there.
    const key = `${line}:${character}:${canonicalFunction(name)}`;
    if (!found.has(key)) found.set(key, definition);
  };
  for (const node of occurrences(names.root, names.text, FUNCTION_NAMES)) {
    yield;
    const call = calledBy(node);
    const callee = call?.childForFieldName('function');
    if (!call || !callee || !isInFunction(call)) continue;
    const path = names.pathOf(callee);
    const name = path === null ? methodName(callee, call, bodies, names) : layerFunction(path);
    if (name !== undefined) add(outermost(call, names), name, callee.childForFieldName('attribute') ?? callee);
  }
  for (const body of bodies)
    for (const node of body.descendantsOfType(['binary_operator', 'augmented_assignment'])) {
      yield;
      const operator = node?.childForFieldName('operator');
      const name = operator ? OPERATORS[names.textOf(operator).replace(/=$/, '')] : undefined;
      if (node && operator && name !== undefined && pythonLiteral(node, names) === undefined) add(node, name, operator);
    }
  return [...found.values()];
}

/** `x.relu().relu()`: both begin at `x`. */
function outermost(call: Node, names: PythonNames): Node {
  const attribute = call.parent?.type === 'attribute' ? call.parent : null;
  const next = attribute?.parent?.type === 'call' ? attribute.parent : null;
  const same = (one: Node): string => names.textOf(one.childForFieldName('attribute') ?? one);
  const callee = call.childForFieldName('function');
  return next && attribute && callee && same(attribute) === same(callee) ? outermost(next, names) : call;
}

/** The methods of classes that have a `forward` or a `call`, but for constructors. */
function forwardBodies(names: PythonNames): Node[] {
  const bodies = occurrences(names.root, names.text, ['forward', 'call']).flatMap((node) => {
    const method = node.parent?.type === 'function_definition' ? node.parent : null;
    const body = method?.parent?.type === 'decorated_definition' ? method.parent.parent : method?.parent;
    return body?.parent?.type === 'class_definition' ? [body] : [];
  });
  const methods = bodies.flatMap((body) =>
    body.namedChildren.flatMap((one) => {
      const method = one?.type === 'decorated_definition' ? one.childForFieldName('definition') : one;
      const name = method?.type === 'function_definition' ? method.childForFieldName('name') : null;
      return method && name && names.textOf(name) !== '__init__' ? [method] : [];
    }),
  );
  return [...new Map(methods.map((method) => [method.id, method])).values()];
}

function methodName(callee: Node, call: Node, bodies: readonly Node[], names: PythonNames): string | undefined {
  const object = callee.type === 'attribute' ? callee.childForFieldName('object') : null;
  const name = callee.childForFieldName('attribute');
  if (!object || !name || isSelf(object) || names.pathOf(object) !== null) return undefined;
  const isIn = bodies.some((body) => body.startIndex <= call.startIndex && call.endIndex <= body.endIndex);
  return isIn ? names.textOf(name) : undefined;
}

function isInFunction(node: Node): boolean {
  for (let around = node.parent; around; around = around.parent)
    if (around.type === 'function_definition' || around.type === 'lambda') return true;
  return false;
}

function definitionOf(node: Node, name: string, callee: Node, names: PythonNames): LayerDefinition {
  const span = spanOf(node);
  return {
    framework: 'pytorch',
    className: canonicalFunction(name),
    kind: functionKind(name) ?? 'other',
    factory: name,
    name: null,
    arguments: {},
    computedArguments: [],
    open: true,
    span,
    callee: spanOf(callee),
    line: span.start.line,
    ...surroundingsOf(node, names),
    isTentative: true,
    fedBy: chainOf(firstOperand(node), names),
  };
}

/** What a function is given first: its object, its first argument, its left side. */
function firstOperand(node: Node): Node | null {
  if (node.type !== 'call') return node.childForFieldName('left');
  const callee = node.childForFieldName('function');
  const object = callee?.type === 'attribute' ? callee.childForFieldName('object') : null;
  // A module is no operand: `torch.flatten(x)`.
  const isMethod =
    object !== null && object !== undefined && object.type !== 'identifier' && object.type !== 'attribute';
  return isMethod ? object : (node.childForFieldName('arguments')?.firstNamedChild ?? null);
}

/** Up to the first module, or to what the text does not tell. */
function chainOf(operand: Node | null, names: PythonNames, depth = 0): string[] {
  if (!operand || depth > DEEPEST) return [];
  if (operand.type === 'parenthesized_expression') return chainOf(operand.firstNamedChild, names, depth + 1);
  if (operand.type === 'binary_operator') {
    const operator = operand.childForFieldName('operator');
    const name = operator ? OPERATORS[names.textOf(operator)] : undefined;
    return name === undefined ? [] : [name, ...chainOf(firstOperand(operand), names, depth + 1)];
  }
  const callee = operand.type === 'call' ? operand.childForFieldName('function') : null;
  if (!callee) return [];
  const field = moduleField(callee, names);
  if (field !== null) return [field];
  const path = names.pathOf(callee);
  const name = path === null ? undefined : layerFunction(path);
  if (name === undefined || functionKind(name) === 'reshape') return [];
  return [canonicalFunction(name), ...chainOf(firstOperand(operand), names, depth + 1)];
}

/** "conv1" of `self.conv1(x)`, "layers" of `self.layers[0](x)`. */
function moduleField(callee: Node, names: PythonNames): string | null {
  const base = callee.type === 'subscript' ? callee.childForFieldName('value') : callee;
  const object = base?.type === 'attribute' ? base.childForFieldName('object') : null;
  const field = base?.childForFieldName('attribute');
  return object && isSelf(object) && field ? names.textOf(field) : null;
}
