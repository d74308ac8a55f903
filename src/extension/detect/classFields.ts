/** What `this.name` stands for in a class: its field, its parameter property, or what a method assigns to it. */
import type { Node } from '@vscode/tree-sitter-wasm';

export interface FieldOrigin {
  readonly kind: 'value' | 'type';
  readonly node: Node;
}

const MEMBERS = ['public_field_definition', 'field_definition', 'required_parameter', 'assignment_expression'];

/** In the order of the text; empty outside of classes. `use` is the `this` in question. */
export function fieldOrigins(use: Node, name: string, text: string): FieldOrigin[] {
  const body = classBodyAround(use);
  if (!body) return [];
  return body.descendantsOfType(MEMBERS).flatMap((member) => (member ? originsIn(member, name, text) : []));
}

export function classBodyAround(use: Node): Node | null {
  let node: Node | null = use;
  while (node && node.type !== 'class_body') node = node.parent;
  return node;
}

function originsIn(member: Node, name: string, text: string): FieldOrigin[] {
  const textOf = (node: Node | null): string => (node ? text.slice(node.startIndex, node.endIndex) : '');
  const [value, type] = [member.childForFieldName('value'), member.childForFieldName('type')];
  switch (member.type) {
    case 'assignment_expression': {
      const right = member.childForFieldName('right');
      const isField = textOf(member.childForFieldName('left')).replace(/\s/g, '') === `this.${name}`;
      return isField && right ? [{ kind: 'value', node: right }] : [];
    }
    case 'required_parameter': {
      // `constructor(private readonly tf: …)` makes a field, a plain parameter does not.
      const isProperty =
        member.namedChildren.some((child) => child?.type === 'accessibility_modifier') ||
        /^readonly\b/.test(textOf(member));
      return isProperty && textOf(member.childForFieldName('pattern')) === name ? both(value, type) : [];
    }
    default: {
      const key = member.childForFieldName('name') ?? member.childForFieldName('property');
      return textOf(key) === name ? both(value, type) : [];
    }
  }
}

function both(value: Node | null, type: Node | null): FieldOrigin[] {
  return [
    ...(type ? [{ kind: 'type', node: type } as const] : []),
    ...(value ? [{ kind: 'value', node: value } as const] : []),
  ];
}
