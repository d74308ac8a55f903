/**
 * What a Python expression refers to, as a dotted path from an imported module: `nn.Conv2d` is
 * "torch.nn.Conv2d" after `from torch import nn`. Names are looked up in Python's scopes: a function sees
 * its own names, those of functions around it and the module's, never those of a class around it.
 */
import type { Node } from '@vscode/tree-sitter-wasm';
import { occurrences } from '../occurrences.js';
import { isSelf, PythonFields } from './pythonFields.js';
import { isPythonLayerPackage, pythonLayer } from '../../../frameworks/python/pythonLayers.js';

/** One place that gives a name a value; `value` null where the text does not say which. */
export interface PythonBinding {
  readonly scope: Node;
  /** Where it is given. */
  readonly at: Node;
  readonly value: { readonly path: string } | { readonly expression: Node } | null;
}

const SCOPES = new Set([
  'function_definition',
  'lambda',
  'class_definition',
  'module',
  'list_comprehension',
  'set_comprehension',
  'dictionary_comprehension',
  'generator_expression',
]);
/** Modules whose functions are called like those of `keras.layers`. */
const ARRAYS = /^(?:numpy|cupy|jax\.numpy|pylab)$/;
const PARAMETERS = new Set(['parameters', 'lambda_parameters']);
const UNKNOWN = new Set([
  'for_statement',
  'for_in_clause',
  'as_pattern_target',
  'typed_parameter',
  'list_splat_pattern',
  'dictionary_splat_pattern',
  'parameters',
  'lambda_parameters',
]);

export class PythonNames {
  readonly #bindings = new Map<string, PythonBinding[]>();
  readonly #visiting = new Set<number>();
  readonly #fieldsVisiting = new Set<number>();
  readonly #fields: PythonFields;
  #wildcards: readonly string[] | undefined;

  constructor(
    readonly root: Node,
    readonly text: string,
  ) {
    this.#fields = new PythonFields(root, text);
  }

  textOf(node: Node): string {
    return this.text.slice(node.startIndex, node.endIndex);
  }

  /** Null for everything that does not come from an import. */
  pathOf(node: Node): string | null {
    switch (node.type) {
      case 'identifier':
        return this.#pathOfName(node);
      case 'attribute': {
        const [object, attribute] = [node.childForFieldName('object'), node.childForFieldName('attribute')];
        if (object && attribute && isSelf(object)) return this.#pathOfField(object, this.textOf(attribute));
        const path = object && this.pathOf(object);
        return path && attribute ? `${path}.${this.textOf(attribute)}` : null;
      }
      case 'parenthesized_expression':
        return node.firstNamedChild ? this.pathOf(node.firstNamedChild) : null;
      case 'conditional_expression':
        return this.#firstPath([node.namedChildren[0], node.namedChildren[2]]);
      case 'boolean_operator':
        return this.#firstPath([node.childForFieldName('left'), node.childForFieldName('right')]);
      case 'call':
        return this.partialOf(node);
      default:
        return null;
    }
  }

  /** `self.norm` where the class gives it a class of layers; null where it is ever an object, too. */
  #pathOfField(self: Node, name: string): string | null {
    const values = this.#fields.valuesOf(self, name).filter((value) => !this.#fieldsVisiting.has(value.id));
    for (const value of values) this.#fieldsVisiting.add(value.id);
    try {
      if (values.some((value) => value.type === 'call' && this.partialOf(value) === null)) return null;
      return this.#firstPath(values);
    } finally {
      for (const value of values) this.#fieldsVisiting.delete(value.id);
    }
  }

  /** `functools.partial(nn.Conv2d, bias=False)` is still that class. */
  partialOf(call: Node): string | null {
    const callee = call.childForFieldName('function');
    const isPartial = callee !== null && this.pathOf(callee) === 'functools.partial';
    const first = isPartial ? call.childForFieldName('arguments')?.firstNamedChild : null;
    return first ? this.pathOf(first) : null;
  }

  /** Where the name that stands here gets its value: in the innermost scope that binds it. */
  bindingsOf(use: Node): readonly PythonBinding[] {
    const all = this.#allBindings(this.textOf(use));
    if (all.length === 0) return [];
    let isOwn = true;
    for (let around: Node | null = use; around; around = around.parent) {
      if (!SCOPES.has(around.type)) continue;
      const scope = around;
      const isSeen = scope.type !== 'class_definition' || isOwn;
      if (/function|lambda/.test(scope.type)) isOwn = false;
      const found = isSeen ? all.filter((one) => one.scope.id === scope.id) : [];
      if (found.length > 0) return found;
    }
    return [];
  }

  #pathOfName(node: Node): string | null {
    const bindings = inForce(this.bindingsOf(node), node);
    if (bindings.length === 0) return this.#pathOfWildcard(this.textOf(node));
    if (this.#visiting.has(node.id)) return null;
    this.#visiting.add(node.id);
    try {
      for (const { value } of bindings) {
        const path = value === null ? null : 'path' in value ? value.path : this.pathOf(value.expression);
        if (path !== null) return path;
      }
      return null;
    } finally {
      this.#visiting.delete(node.id);
    }
  }

  /** `from torch.nn import *` brings in what is a layer there, `from keras import *` its packages. */
  #pathOfWildcard(name: string): string | null {
    this.#wildcards ??= this.root.descendantsOfType('wildcard_import').flatMap((node) => {
      const module = node?.parent?.childForFieldName('module_name');
      return module ? [this.textOf(module)] : [];
    });
    for (const module of [...this.#wildcards].reverse()) {
      const path = `${module}.${name}`;
      if (pythonLayer(path) !== undefined || isPythonLayerPackage(path)) return path;
      // `dot` and `maximum` are arrays' from there on.
      if (ARRAYS.test(module) && /^[a-z]/.test(name)) return null;
    }
    return null;
  }

  #firstPath(nodes: readonly (Node | null | undefined)[]): string | null {
    for (const node of nodes) {
      const path = node ? this.pathOf(node) : null;
      if (path !== null) return path;
    }
    return null;
  }

  #allBindings(name: string): readonly PythonBinding[] {
    let found = this.#bindings.get(name);
    if (!found) {
      found = occurrences(this.root, this.text, [name]).flatMap((node) => this.#bindingAt(node) ?? []);
      this.#bindings.set(name, found);
    }
    return found;
  }

  /** What the name that stands here is given here; null where it is only used. */
  #bindingAt(node: Node): PythonBinding | null {
    const { parent } = node;
    if (!parent) return null;
    const is = (owner: Node, field: string): boolean => owner.childForFieldName(field)?.id === node.id;
    switch (parent.type) {
      case 'dotted_name':
        return this.#importAt(node, parent);
      case 'aliased_import':
        return is(parent, 'alias') ? bound(node, { path: this.#importedPath(parent) }) : null;
      case 'assignment':
        return is(parent, 'left') ? assigned(node, parent.childForFieldName('right')) : null;
      case 'named_expression':
        return is(parent, 'name') ? assigned(node, parent.childForFieldName('value')) : null;
      case 'default_parameter':
      case 'typed_default_parameter':
        return is(parent, 'name') ? assigned(node, parent.childForFieldName('value')) : null;
      case 'function_definition':
      case 'class_definition':
        return is(parent, 'name') ? bound(parent.parent ?? parent, null) : null;
      case 'pattern_list':
      case 'tuple_pattern':
        return unpacked(node, parent);
      case 'for_statement':
      case 'for_in_clause':
        return is(parent, 'left') ? bound(node, null) : null;
      default:
        return UNKNOWN.has(parent.type) ? bound(node, null) : null;
    }
  }

  /** `import torch.nn` binds "torch"; `from torch import nn` binds "nn". */
  #importAt(node: Node, name: Node): PythonBinding | null {
    const statement = name.parent;
    if (name.firstNamedChild?.id !== node.id) return null;
    if (statement?.type === 'import_statement') return bound(node, { path: this.textOf(node) });
    if (statement?.type !== 'import_from_statement') return null;
    const module = statement.childForFieldName('module_name');
    return module && module.id !== name.id
      ? bound(node, { path: `${this.textOf(module)}.${this.textOf(name)}` })
      : null;
  }

  #importedPath(aliased: Node): string {
    const name = aliased.childForFieldName('name');
    const path = name ? this.textOf(name) : '';
    const module =
      aliased.parent?.type === 'import_from_statement' ? aliased.parent.childForFieldName('module_name') : null;
    return module ? `${this.textOf(module)}.${path}` : path;
  }
}

function assigned(name: Node, expression: Node | null): PythonBinding {
  return bound(name, expression && { expression });
}

/** `a, b = x, y`: each its own; anything else is not followed. */
function unpacked(name: Node, pattern: Node): PythonBinding | null {
  const statement = pattern.parent;
  if (statement?.type !== 'assignment') return bound(name, null);
  const right = statement.childForFieldName('right');
  if (right?.id === pattern.id) return null;
  const at = pattern.namedChildren.findIndex((child) => child?.id === name.id);
  const values = right && /expression_list|tuple/.test(right.type) ? right.namedChildren : [];
  return assigned(name, values.length === pattern.namedChildCount ? (values[at] ?? null) : null);
}

/** Without what a later statement on the way to this use has replaced: `norm = norm(8)`, then `norm(x)`. */
function inForce(bindings: readonly PythonBinding[], use: Node): readonly PythonBinding[] {
  if (bindings.length < 2) return bindings;
  const last = bindings.findLast(({ at }) => isBeforeIn(at, use));
  return last ? bindings.filter(({ at }) => at.startIndex >= last.at.startIndex) : bindings;
}

/** Whether a statement stands, finished, before a use, in one of the blocks around it. */
function isBeforeIn(at: Node, use: Node): boolean {
  let statement: Node = at;
  while (statement.parent && !/^(?:block|module)$/.test(statement.parent.type)) statement = statement.parent;
  const block = statement.parent;
  const isPlain = statement.type === 'expression_statement' && statement.endIndex <= use.startIndex;
  return isPlain && block !== null && block.startIndex <= use.startIndex && use.endIndex <= block.endIndex;
}

function bound(from: Node, value: PythonBinding['value']): PythonBinding {
  return { scope: scopeAround(from), at: from, value };
}

function scopeAround(node: Node): Node {
  let scope = node;
  for (let around = node.parent; around; around = around.parent) {
    scope = around;
    // Parameters belong to their function; everything else to the next scope around it.
    if (SCOPES.has(around.type) || (PARAMETERS.has(around.type) && around.parent)) break;
  }
  return PARAMETERS.has(scope.type) && scope.parent ? scope.parent : scope;
}
