/**
 * Whether an expression is TensorFlow.js, its `layers`, or one of their factories. A value is written as
 * the path from the module: "tf", "tf.layers", "tf.layers.conv2d"; null is everything else.
 */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { Bindings } from './bindings.js';
import { classBodyOf, functionCalled, isFunction, returnedBy } from './calledFunctions.js';
import { fieldOrigins } from './classFields.js';
import { elementsOf, type Declaration, type Origin } from './declarations.js';
import { givenArguments } from './givenArguments.js';
import { jsDocModule } from './jsDocModule.js';
import { stringValue } from './stringLiteral.js';
import { isHandedOver, isTypeElsewhere } from './handedOver.js';
import { TFJS_FACTORIES } from '../../frameworks/tfjs/layerFactories.js';
import { isTfjsModule } from '../../frameworks/tfjs/moduleNames.js';

export type TfjsValue = string | null;
type ParameterSource = Extract<Origin['source'], { kind: 'parameter' }>;

/** Wrappers that leave a value what it is: parentheses, await, `as`, `!`. */
export const TRANSPARENT: ReadonlySet<string> = new Set([
  'parenthesized_expression',
  'await_expression',
  'as_expression',
  'satisfies_expression',
  'non_null_expression',
]);

/** Calls that compilers put around a module: `__importStar(require(…))`, `_interopRequireWildcard(…)`, `__toESM(…)`. */
const INTEROP = /^_*(?:import(?:Star|Default)|interop\w+|toESM)$/;

export class TfjsValues {
  readonly #known = new Map<number, TfjsValue>();

  constructor(readonly bindings: Bindings) {}

  /** The value of an expression, where text and scopes decide it. */
  of(node: Node): TfjsValue {
    switch (node.type) {
      case 'identifier':
      case 'shorthand_property_identifier':
        return this.#ofName(node);
      case 'member_expression':
        return this.#ofMember(node, 'property');
      case 'subscript_expression':
        return this.#ofMember(node, 'index');
      case 'call_expression':
        return this.#ofCall(node);
      case 'assignment_expression':
      case 'augmented_assignment_expression':
        return this.#ofField(node, 'right');
      case 'sequence_expression':
        return node.lastNamedChild ? this.of(node.lastNamedChild) : null;
      case 'binary_expression':
        return this.#ofField(node, 'left') ?? this.#ofField(node, 'right');
      case 'ternary_expression':
        return this.#ofField(node, 'consequence') ?? this.#ofField(node, 'alternative');
      case 'type_assertion':
        return node.lastNamedChild ? this.of(node.lastNamedChild) : null;
      default:
        return TRANSPARENT.has(node.type) && node.firstNamedChild ? this.of(node.firstNamedChild) : null;
    }
  }

  #ofField(node: Node, field: string): TfjsValue {
    const child = node.childForFieldName(field);
    return child ? this.of(child) : null;
  }

  #ofMember(node: Node, field: 'property' | 'index'): TfjsValue {
    const key = node.childForFieldName(field);
    if (!key) return null;
    const name = field === 'property' ? this.bindings.textOf(key) : stringValue(key, this.bindings.text);
    if (name === null) return null;
    const object = node.childForFieldName('object');
    if (object?.type === 'this') return this.#ofThis(object, name);
    return object ? (member(this.of(object), name) ?? this.#ofStatic(object, name)) : null;
  }

  /** `Net.tf` of `class Net { static tf = … }`, `env.tf` of `const env = { tf }`. */
  #ofStatic(object: Node, name: string): TfjsValue {
    const body = classBodyOf(object, this.bindings);
    if (body) return this.#ofThis(body, name);
    const isName = object.type === 'identifier';
    const declared = isName ? this.bindings.resolve(this.bindings.textOf(object), object) : undefined;
    const [origin] = declared?.constant ? declared.origins : [];
    const made = origin?.source.kind === 'expression' && origin.path.length === 0 ? plain(origin.source.node) : null;
    if (made?.type !== 'object') return null;
    this.bindings.usedNames.add(name);
    return this.#once(made, () => this.#along(made, [name]));
  }

  /** Null where the node is being looked at already: what is made from itself is nothing. */
  #once(node: Node, look: () => TfjsValue): TfjsValue {
    if (this.#known.has(node.id)) return null;
    this.#known.set(node.id, null);
    const value = look();
    this.#known.delete(node.id);
    return value;
  }

  #ofThis(use: Node, name: string): TfjsValue {
    this.bindings.usedNames.add(name);
    return first(fieldOrigins(use, name, this.bindings.text), ({ kind, node }) =>
      this.#once(node, () => (kind === 'type' ? this.#ofType(node) : this.of(node))),
    );
  }

  #ofCall(node: Node): TfjsValue {
    const callee = node.childForFieldName('function');
    if (!callee) return null;
    const argument = node.childForFieldName('arguments')?.firstNamedChild;
    const isRequire = callee.type === 'identifier' && this.bindings.textOf(callee) === 'require';
    if (isRequire || callee.type === 'import')
      return argument ? this.#ofModule(stringValue(argument, this.bindings.text)) : null;
    const property = callee.type === 'member_expression' ? callee.childForFieldName('property') : null;
    const name = this.bindings.textOf(property ?? callee);
    // conv2d.bind(tf.layers) is conv2d still, and so is a module in what compilers put around it.
    if (property && name === 'bind') return this.#ofField(callee, 'object');
    if (argument && INTEROP.test(name)) return this.of(argument);
    const isThen = property !== null && name === 'then' && argument && isFunction(argument);
    const made = isThen ? argument : functionCalled(callee, this.bindings);
    return made ? this.#once(made, () => first(returnedBy(made, this.bindings), (one) => this.of(one))) : null;
  }

  #ofModule(specifier: string | null): TfjsValue {
    if (specifier === null || !isTfjsModule(specifier)) return null;
    return /\/exports_layers(\.js)?$/.test(specifier) ? 'tf.layers' : 'tf';
  }

  #ofName(node: Node): TfjsValue {
    const name = this.bindings.textOf(node);
    const declaration = this.bindings.resolve(name, node);
    // A script tag makes TensorFlow.js a global.
    if (!declaration) return name === 'tf' ? 'tf' : null;
    return this.#ofDeclaration(declaration);
  }

  #ofDeclaration(declaration: Declaration): TfjsValue {
    const known = this.#known.get(declaration.node.id);
    if (known !== undefined) return known;
    this.#known.set(declaration.node.id, null); // a name that is made from itself is nothing
    let value = first(declaration.origins, (origin) => this.#ofOrigin(origin));
    if (value === null && !declaration.constant)
      value = first(this.bindings.assignmentsTo(declaration), (origin) => this.#ofOrigin(origin));
    value ??= isHandedOver(declaration, this.bindings) ? 'tf' : null;
    this.#known.set(declaration.node.id, value);
    return value;
  }

  #ofOrigin({ source, path }: Origin): TfjsValue {
    switch (source.kind) {
      case 'expression':
        return this.#along(source.node, path);
      case 'type':
        return path.reduce(member, this.#ofType(source.node));
      case 'module':
        return path.reduce(member, this.#ofModule(source.specifier));
      case 'parameter':
        return this.#ofParameter(source, path);
      case 'none':
        return null;
    }
  }

  /** `typeof import('@tensorflow/tfjs')`, `typeof tf`, `typeof tf.layers`, or an alias of one, here or elsewhere. */
  #ofType(node: Node): TfjsValue {
    const text = this.bindings
      .textOf(node)
      .replace(/^\s*:\s*/, '')
      .trim();
    const imported = /^typeof\s+import\s*\(\s*['"]([^'"]+)['"]\s*\)((?:\.[\w$]+)*)$/.exec(text);
    if (imported) return properties(imported[2]).reduce(member, this.#ofModule(imported[1] ?? null));
    const named = /^(?:typeof\s+)?([\w$]+)((?:\.[\w$]+)*)$/.exec(text);
    const name = named?.[1];
    if (!named || name === undefined) return null;
    const declaration = this.bindings.resolve(name, node);
    const value = declaration ? this.#ofDeclaration(declaration) : null;
    return value === null && isTypeElsewhere(text, declaration) ? 'tf' : properties(named[2]).reduce(member, value);
  }

  /** A parameter that nothing types in the text: what it is given, or its JSDoc type. */
  #ofParameter({ function: owner, index, name }: ParameterSource, path: readonly string[]): TfjsValue {
    const given = first(givenArguments(owner, index, this.bindings), (node) => this.#along(node, path));
    if (given !== null || name === '') return given;
    return path.reduce(member, this.#ofModule(jsDocModule(this.bindings.text.slice(0, owner.startIndex), name)));
  }

  /** The value at the end of a path of properties and places from an expression. */
  #along(node: Node, path: readonly string[]): TfjsValue {
    const [step, ...rest] = path;
    const inner = plain(node);
    if (step?.startsWith('#')) {
      const element = elementAt(inner, Number(step.slice(1)), this.bindings);
      return element ? this.#along(element, rest) : null;
    }
    if (step !== undefined && inner.type === 'object') {
      const value = propertyIn(inner, step, this.bindings);
      return value ? this.#along(value, rest) : null;
    }
    if (step !== undefined && inner.type === 'this') return rest.reduce(member, this.#ofThis(inner, step));
    // AMD names its modules.
    const value = inner.type === 'string' ? this.#ofModule(stringValue(inner, this.bindings.text)) : this.of(inner);
    return path.reduce(member, value);
  }
}

/** Without brackets, casts and `await`. */
function plain(node: Node): Node {
  let inner = node;
  while (TRANSPARENT.has(inner.type) && inner.firstNamedChild) inner = inner.firstNamedChild;
  return inner;
}

/** What an object literal gives a property; of several the last. */
function propertyIn(object: Node, name: string, bindings: Bindings): Node | null {
  const given = object.namedChildren.findLast((child) => {
    const key = child?.type === 'pair' ? child.childForFieldName('key') : child;
    const text = key?.type === 'string' ? stringValue(key, bindings.text) : key ? bindings.textOf(key) : null;
    return text === name;
  });
  return given?.type === 'pair' ? given.childForFieldName('value') : (given ?? null);
}

/** Of a list, or of what `Promise.all` makes of one. */
function elementAt(node: Node, index: number, bindings: Bindings): Node | null {
  if (node.type === 'array') return elementsOf(node)[index] ?? null;
  const callee = node.type === 'call_expression' ? node.childForFieldName('function') : null;
  const list = node.childForFieldName('arguments')?.firstNamedChild;
  return callee && list && bindings.textOf(callee) === 'Promise.all' ? elementAt(plain(list), index, bindings) : null;
}

/** One property further along a path; null when that is no part of TensorFlow.js that makes layers. */
function member(value: TfjsValue, name: string): TfjsValue {
  if (value === 'tf') {
    if (name === 'default') return 'tf';
    return name === 'layers' ? 'tf.layers' : name === 'input' ? 'tf.input' : null;
  }
  return value === 'tf.layers' && (name === 'Layer' || TFJS_FACTORIES.has(name)) ? `tf.layers.${name}` : null;
}

function properties(path: string | undefined): string[] {
  return path ? path.slice(1).split('.').filter(Boolean) : [];
}

function first<T>(items: readonly T[], value: (item: T) => TfjsValue): TfjsValue {
  for (const item of items) {
    const found = value(item);
    if (found !== null) return found;
  }
  return null;
}
