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
}

export type Value =
  | { readonly kind: 'layer'; readonly instance: Instance }
  | { readonly kind: 'tensor'; readonly use: Use }
  | { readonly kind: 'sequential'; readonly model: SequentialModel }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
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
