/**
 * Whether an expression is TensorFlow.js, its `layers`, or one of their factories. A value is written as
 * the path from the module: "tf", "tf.layers", "tf.layers.conv2d"; null is everything else.
 */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { Bindings } from './bindings.js';
import { fieldOrigins } from './classFields.js';
import type { Declaration, Origin } from './declarations.js';
import { stringValue } from './stringLiteral.js';
import { isTfjsModule, TFJS_FACTORIES } from './tfjsLayers.js';

export type TfjsValue = string | null;

/** Wrappers that leave a value what it is: parentheses, await, `as`, `!`. */
export const TRANSPARENT: ReadonlySet<string> = new Set([
  'parenthesized_expression',
  'await_expression',
  'as_expression',
  'satisfies_expression',
  'non_null_expression',
]);

export class TfjsValues {
  readonly #known = new Map<number, TfjsValue>();

  constructor(readonly bindings: Bindings) {}

  /** The value of an expression, where text and scopes decide it. */
  of(node: Node): TfjsValue {
    switch (node.type) {
      case 'identifier':
        return this.#ofName(node);
      case 'member_expression':
        return this.#ofMember(node, 'property');
      case 'subscript_expression':
        return this.#ofMember(node, 'index');
      case 'call_expression':
        return this.#ofCall(node);
      case 'assignment_expression':
        return this.#ofField(node, 'right');
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
    return object?.type === 'this' ? this.#ofThis(object, name) : member(object ? this.of(object) : null, name);
  }

  #ofThis(use: Node, name: string): TfjsValue {
    this.bindings.usedNames.add(name);
    for (const { kind, node } of fieldOrigins(use, name, this.bindings.text)) {
      if (this.#known.has(node.id)) continue;
      this.#known.set(node.id, null); // a field that is made from itself is nothing
      const value = kind === 'type' ? this.#ofType(node) : this.of(node);
      this.#known.delete(node.id);
      if (value !== null) return value;
    }
    return null;
  }

  #ofCall(node: Node): TfjsValue {
    const callee = node.childForFieldName('function');
    if (!callee) return null;
    const argument = node.childForFieldName('arguments')?.firstNamedChild;
    const isRequire = callee.type === 'identifier' && this.bindings.textOf(callee) === 'require';
    if (isRequire || callee.type === 'import')
      return argument ? this.#ofModule(stringValue(argument, this.bindings.text)) : null;
    // conv2d.bind(tf.layers) is conv2d still.
    const property = callee.type === 'member_expression' ? callee.childForFieldName('property') : null;
    return property && this.bindings.textOf(property) === 'bind' ? this.#ofField(callee, 'object') : null;
  }

  #ofModule(specifier: string | null): TfjsValue {
    if (specifier === null || !isTfjsModule(specifier)) return null;
    return /\/exports_layers(\.js)?$/.test(specifier) ? 'tf.layers' : 'tf';
  }

  #ofName(node: Node): TfjsValue {
    const name = this.bindings.textOf(node);
    const declaration = this.bindings.isDeclared(name) ? this.bindings.resolve(name, node) : undefined;
    return declaration ? this.#ofDeclaration(declaration) : null;
  }

  #ofDeclaration(declaration: Declaration): TfjsValue {
    const known = this.#known.get(declaration.node.id);
    if (known !== undefined) return known;
    this.#known.set(declaration.node.id, null); // a name that is made from itself is nothing
    let value = first(declaration.origins, (origin) => this.#ofOrigin(origin));
    if (value === null && !declaration.constant)
      value = first(this.bindings.assignmentsTo(declaration), (node) => this.of(node));
    this.#known.set(declaration.node.id, value);
    return value;
  }

  #ofOrigin({ source, path }: Origin): TfjsValue {
    switch (source.kind) {
      case 'expression':
        return path.reduce(member, this.of(source.node));
      case 'type':
        return path.reduce(member, this.#ofType(source.node));
      case 'module':
        return path.reduce(member, this.#ofModule(source.specifier));
      case 'parameter':
        return path.reduce(member, this.#ofParameter(source.function, source.name));
      case 'none':
        return null;
    }
  }

  /** `typeof import('@tensorflow/tfjs')`, `typeof tf`, `typeof tf.layers`, or an alias of one. */
  #ofType(node: Node): TfjsValue {
    const text = this.bindings
      .textOf(node)
      .replace(/^\s*:\s*/, '')
      .trim();
    const imported = /^typeof\s+import\s*\(\s*['"]([^'"]+)['"]\s*\)((?:\.[\w$]+)*)$/.exec(text);
    if (imported) return properties(imported[2]).reduce(member, this.#ofModule(imported[1] ?? null));
    const named = /^(?:typeof\s+)?([\w$]+)((?:\.[\w$]+)*)$/.exec(text);
    const name = named?.[1];
    if (!named || name === undefined || !this.bindings.isDeclared(name)) return null;
    const declaration = this.bindings.resolve(name, node);
    return declaration ? properties(named[2]).reduce(member, this.#ofDeclaration(declaration)) : null;
  }

  /** A parameter that nothing types in the text: a JSDoc type, or the callback of `import(…).then`. */
  #ofParameter(owner: Node, name: string): TfjsValue {
    const callee = owner.parent?.type === 'arguments' ? owner.parent.parent?.childForFieldName('function') : null;
    const method = callee?.type === 'member_expression' ? callee.childForFieldName('property') : null;
    if (callee && method && this.bindings.textOf(method) === 'then') return this.#ofField(callee, 'object');
    return this.#ofModule(jsDocModule(this.bindings.text.slice(0, owner.startIndex), name));
  }
}

/** One property further along a path; null when that is no part of TensorFlow.js that makes layers. */
function member(value: TfjsValue, name: string): TfjsValue {
  if (value === 'tf') {
    if (name === 'default') return 'tf';
    return name === 'layers' ? 'tf.layers' : name === 'input' ? 'tf.input' : null;
  }
  return value === 'tf.layers' && TFJS_FACTORIES.has(name) ? `tf.layers.${name}` : null;
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

/** The module that `@param {typeof import('…')} name` gives, in the comment that ends just before. */
function jsDocModule(before: string, name: string): string | null {
  const comment =
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export\s+)?(?:default\s+)?(?:(?:const|let|var)\s+[\w$]+\s*=\s*|(?:module\.)?exports(?:\.[\w$]+)?\s*=\s*)?(?:async\s+)?$/.exec(
      before.slice(-4000),
    )?.[1];
  for (const [, module, parameter] of comment?.matchAll(
    /@param\s+\{\s*typeof\s+import\(\s*['"]([^'"]+)['"]\s*\)\s*\}\s+([\w$]+)/g,
  ) ?? []) {
    if (parameter === name) return module ?? null;
  }
  return null;
}
