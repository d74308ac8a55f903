/** What a class gives its fields: `self.norm = nn.BatchNorm2d` in a method, `norm = nn.BatchNorm2d` in its body. */
import type { Node } from '@vscode/tree-sitter-wasm';
import { occurrences } from '../occurrences.js';

interface FieldValue {
  /** The class. */
  readonly owner: number;
  readonly value: Node;
}

export class PythonFields {
  readonly #byName = new Map<string, readonly FieldValue[]>();

  constructor(
    readonly root: Node,
    readonly text: string,
  ) {}

  /** What the class around `self` gives the field, but for None. */
  valuesOf(self: Node, name: string): readonly Node[] {
    const owner = classAround(self)?.id;
    let all = this.#byName.get(name);
    if (!all) this.#byName.set(name, (all = occurrences(this.root, this.text, [name]).flatMap(fieldValue)));
    return all.flatMap((one) => (one.owner === owner ? [one.value] : []));
  }
}

/** `self`, or `cls` of a class method. */
export function isSelf(node: Node): boolean {
  return node.type === 'identifier' && /^(?:self|cls)$/.test(node.text);
}

function fieldValue(name: Node): FieldValue[] {
  const target = name.parent?.type === 'attribute' ? name.parent : name;
  const statement = target.parent;
  if (statement?.type !== 'assignment' || statement.childForFieldName('left')?.id !== target.id) return [];
  const owner = classAround(name);
  const value = statement.childForFieldName('right');
  if (!owner || !value || value.type === 'none') return [];
  // class_definition > block > expression_statement > assignment
  const isOfBody = statement.parent?.parent?.parent?.id === owner.id;
  const object = target.type === 'attribute' ? target.childForFieldName('object') : null;
  return (object ? isSelf(object) : isOfBody) ? [{ owner: owner.id, value }] : [];
}

function classAround(node: Node): Node | null {
  let around = node.parent;
  while (around && around.type !== 'class_definition') around = around.parent;
  return around;
}
