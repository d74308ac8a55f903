/** Layer classes that the file itself defines, and where they are constructed. */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { Bindings } from './bindings.js';
import { occurrences } from './occurrences.js';
import { stringValue } from './stringLiteral.js';
import type { TfjsValues } from './tfjsValues.js';

export interface OwnConstruction {
  /** `new Swish(…)` */
  readonly node: Node;
  /** As the class, or one that it extends, says that it is called; else its name. */
  readonly className: string;
  /** The class's name. */
  readonly name: string;
}

const CLASS = /\bclass\s+([\w$]+)[^{;]*?\bextends\b|([\w$]+)\s*=\s*class\b[^{;]*?\bextends\b/g;
/** A class may be written to extend itself. */
const MOST_CLASSES = 20;

/** Constructions of classes that extend `tf.layers.Layer`, directly or by way of each other, in the order of the text. */
export function* ownConstructions(
  root: Node,
  bindings: Bindings,
  values: TfjsValues,
): Generator<void, OwnConstruction[]> {
  const names = new Set([...bindings.text.matchAll(CLASS)].map(([, declared, assigned]) => declared ?? assigned ?? ''));
  bindings.usedNames.add('extends').add('className').add('getClassName');
  const found: OwnConstruction[] = [];
  for (const node of occurrences(root, bindings.text, names)) {
    yield;
    const made = node.parent;
    if (made?.type !== 'new_expression' || made.childForFieldName('constructor')?.id !== node.id) continue;
    if (!made.childForFieldName('arguments')) continue;
    const defined = classNamed(node, bindings);
    const name = bindings.textOf(node);
    bindings.usedNames.add(name);
    const classes = defined ? layerClasses(defined, bindings, values) : [];
    if (classes.length === 0) continue;
    const [className = name] = classes.flatMap((one) => classNameOf(one, bindings) ?? []);
    found.push({ node: made, name, className });
  }
  return found;
}

function classNamed(name: Node, bindings: Bindings): Node | null {
  const declared = bindings.resolve(bindings.textOf(name), name);
  const around = declared?.node.parent ?? null;
  const defined = around?.type === 'variable_declarator' ? around.childForFieldName('value') : around;
  return defined?.type.startsWith('class') || defined?.type === 'abstract_class_declaration' ? defined : null;
}

/** The class and those of the file that it extends, up to one that extends `tf.layers.Layer`; empty where none does. */
function layerClasses(defined: Node, bindings: Bindings, values: TfjsValues): Node[] {
  const classes: Node[] = [];
  for (let at: Node | null = defined; at && classes.length < MOST_CLASSES;) {
    const base = baseOf(at);
    if (!base) return [];
    classes.push(at);
    if (values.of(base) === 'tf.layers.Layer') return classes;
    at = base.type === 'identifier' ? classNamed(base, bindings) : null;
  }
  return [];
}

/** What follows `extends`; TypeScript has a clause of its own for it. */
function baseOf(defined: Node): Node | null {
  const heritage = defined.namedChildren.find((child) => child?.type === 'class_heritage');
  const clause = heritage?.namedChildren.find((child) => child?.type === 'extends_clause');
  return clause ? clause.childForFieldName('value') : (heritage?.firstNamedChild ?? null);
}

/** `static className = 'Swish'`, `static get className() { return 'Swish'; }`, `getClassName() { return 'Swish'; }`. */
function classNameOf(defined: Node, bindings: Bindings): string | null {
  const members = defined.childForFieldName('body')?.namedChildren ?? [];
  for (const member of members) {
    const key = member?.childForFieldName('name') ?? member?.childForFieldName('property');
    if (!member || !key || !/^(className|getClassName)$/.test(bindings.textOf(key))) continue;
    const value = member.childForFieldName('value') ?? member.descendantsOfType('return_statement')[0]?.firstNamedChild;
    const text = value ? stringValue(value, bindings.text) : null;
    if (text) return text;
  }
  return null;
}
