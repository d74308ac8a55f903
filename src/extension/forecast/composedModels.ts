/** The models that a file puts together, as they are known so far, and which of them are whole at the end. */
import { reached, tensorsOf, UNKNOWN } from './symbolicValues.js';
import type { FunctionalModel, Instance, SequentialModel, Use, Value } from './symbolicValues.js';

export type ReadModel =
  | { readonly kind: 'sequential'; readonly instances: readonly Instance[] }
  | { readonly kind: 'functional'; readonly outputs: readonly Use[] };

export class ComposedModels {
  readonly #sequential: SequentialModel[] = [];
  readonly #functional: FunctionalModel[] = [];
  /** Set where layers were added to a model that is not known by its name. */
  addsElsewhere = false;

  /** `layers`: what the configuration lists; null: none, so that it begins empty. */
  sequential(layers: Value | null): Value {
    const model: SequentialModel = { instances: [], spoilt: false, escaped: false };
    this.#sequential.push(model);
    if (layers?.kind === 'list') for (const item of layers.items) append(model, item);
    else model.spoilt = layers !== null;
    return { kind: 'sequential', model };
  }

  functional(inputs: Value, outputs: Value): Value {
    const [from, to] = [tensorsOf(inputs), tensorsOf(outputs)];
    if (!from || !to) return UNKNOWN;
    // A model from the middle of another one has other inputs than its layers were put together from.
    const leaves = reached(to).filter((use) => use.inputs.length === 0);
    if (leaves.some((leaf) => !from.includes(leaf))) return UNKNOWN;
    const model: FunctionalModel = { outputs: to, isPart: false };
    this.#functional.push(model);
    return { kind: 'functional', model };
  }

  /** A method of a value of the file. */
  called(receiver: Value, method: string, given: readonly Value[]): void {
    const [first = UNKNOWN] = given;
    if (method === 'apply') embed(receiver);
    if (receiver.kind === 'list') onList(receiver.items, method, given);
    else if (receiver.kind === 'sequential' && method === 'add') append(receiver.model, first);
    else if (receiver.kind === 'sequential' && method === 'pop') receiver.model.instances.pop();
    else if (method === 'add' && (first.kind === 'layer' || first.kind === 'sequential')) this.addsElsewhere = true;
  }

  whole(): ReadModel[] {
    const isWhole = ({ spoilt, escaped, instances }: SequentialModel): boolean =>
      !spoilt && !(escaped && this.addsElsewhere) && instances.length > 0;
    const functional = this.#functional.filter(({ isPart }) => !isPart);
    return [
      ...this.#sequential.filter(isWhole).map(({ instances }): ReadModel => ({ kind: 'sequential', instances })),
      ...functional.map(({ outputs }): ReadModel => ({ kind: 'functional', outputs })),
    ];
  }
}

/** What is inside another model is not recorded by itself. */
export function embed(value: Value): void {
  if (value.kind === 'sequential') value.model.spoilt = true;
  if (value.kind === 'functional') value.model.isPart = true;
}

function append(model: SequentialModel, value: Value): void {
  if (value.kind === 'layer') return void model.instances.push(value.instance);
  model.spoilt = true;
  embed(value);
}

/** Methods that leave a list as it is. */
const READS_LISTS = /^(?:map|forEach|filter|slice|concat|at|find|findIndex|indexOf|includes|join|some|every|keys|entries|values|flatMap|flat|reduce)$/; // prettier-ignore

function onList(items: Value[], method: string, given: readonly Value[]): void {
  if (method === 'push') items.push(...given);
  else if (!READS_LISTS.test(method)) items.push(UNKNOWN);
}
