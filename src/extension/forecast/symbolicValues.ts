/** What names stand for while a file's models are put together without running it: layers, tensors, models, functions. */
import type { Node } from '@vscode/tree-sitter-wasm';

/** One constructed layer; a helper that is called twice makes two of one definition. */
export interface Instance {
  /** Place among the file's definitions. */
  readonly definition: number;
}

/** What a layer gave for what went in; an input has no layer before it. */
export interface Use {
  readonly instance: Instance;
  readonly inputs: readonly Use[];
}

/** A model as it is put together; `spoilt` once something was done to it that the text does not decide. */
export interface SequentialModel {
  readonly instances: Instance[];
  spoilt: boolean;
  /** Held where it is not followed: in a field, a list, by whoever called. */
  escaped: boolean;
}

/** `isPart` once another model has it inside. */
export interface FunctionalModel {
  readonly outputs: readonly Use[];
  isPart: boolean;
}

export type Value =
  | { readonly kind: 'layer'; readonly instance: Instance }
  | { readonly kind: 'tensor'; readonly use: Use }
  | { readonly kind: 'sequential'; readonly model: SequentialModel }
  | { readonly kind: 'functional'; readonly model: FunctionalModel }
  | { readonly kind: 'list'; readonly items: Value[] }
  | { readonly kind: 'function'; readonly node: Node; readonly scope: Scope }
  | { readonly kind: 'unknown' };

export const UNKNOWN: Value = { kind: 'unknown' };

/** Names of one function or block, inside those around it. */
export class Scope {
  readonly #values = new Map<string, Value>();

  constructor(readonly around: Scope | null) {}

  get(name: string): Value {
    return this.#values.get(name) ?? this.around?.get(name) ?? UNKNOWN;
  }

  declare(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  assign(name: string, value: Value): void {
    if (this.#values.has(name) || !this.around) this.#values.set(name, value);
    else this.around.assign(name, value);
  }
}

/** Null where one of them is not known. */
export function tensorsOf(value: Value): Use[] | null {
  if (value.kind === 'tensor') return [value.use];
  if (value.kind !== 'list' || value.items.length === 0) return null;
  const uses = value.items.flatMap((item) => (item.kind === 'tensor' ? [item.use] : []));
  return uses.length === value.items.length ? uses : null;
}

/** Everything that the outputs are made of, what feeds before what is fed. */
export function reached(outputs: readonly Use[]): Use[] {
  const found = new Set<Use>();
  const visit = (use: Use): void => {
    if (found.has(use)) return;
    use.inputs.forEach(visit);
    found.add(use);
  };
  outputs.forEach(visit);
  return [...found];
}
