/** Finds the model among what a file exports: a model, a promise of one, or a function that makes one. */
import { Failure } from '../../protocol/failure.js';
import type { Model, TensorFlowWithLayers } from '../hooks/layersApi.js';

/** What a function that makes the model is told of the data. */
export interface DataFacts {
  /** Of one sample; pictures without an axis of channels have one added. */
  readonly inputShape: readonly number[];
  /** null where the targets are no classes. */
  readonly classCount: number | null;
}

const USUAL_NAMES = ['default', 'model', 'createModel', 'buildModel', 'makeModel', 'getModel', 'create_model'];

/**
 * The model of a module's exports. `facts` is called when the model is made by a function that takes an
 * argument. Throws a Failure that lists the exports; what the file's own code throws passes through.
 */
export async function exportedModel(
  tf: TensorFlowWithLayers,
  file: string,
  exports: Readonly<Record<string, unknown>>,
  { exportName, facts }: { readonly exportName: string | null; readonly facts: () => Promise<DataFacts> },
): Promise<Model> {
  const members = withDefaultsMembers(exports);
  const name = exportName ?? chooseName(members);
  if (name === null || !(name in members)) throw noExport(file, exportName, Object.keys(members));
  const exported = await members[name];
  const made = typeof exported === 'function' ? await call(exported as Maker, facts) : exported;
  if (isModel(tf, made)) return made;
  // A function may give the model in an object, beside other things.
  const inside = typeof made === 'object' && made !== null ? (made as { model?: unknown }).model : undefined;
  if (isModel(tf, inside)) return inside;
  throw noModel(file, name, made);
}

type Maker = (facts?: DataFacts) => unknown;

async function call(make: Maker, facts: () => Promise<DataFacts>): Promise<unknown> {
  return make.length === 0 ? make() : make(await facts());
}

/** `module.exports = { createModel }` arrives as the default export alone, or twice. */
function withDefaultsMembers(exports: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const inner = exports.default;
  const isPlain = typeof inner === 'object' && inner !== null && Object.getPrototypeOf(inner) === Object.prototype;
  if (!isPlain) return without(exports, ['module.exports', '__esModule']);
  return without({ ...exports, ...inner, default: (inner as { default?: unknown }).default }, [
    'module.exports',
    '__esModule',
  ]);
}

function without(
  exports: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(exports).filter(([name, value]) => !names.includes(name) && value !== undefined),
  );
}

/** A usual name, else the only one that speaks of a model, else the only export. */
function chooseName(members: Readonly<Record<string, unknown>>): string | null {
  const usual = USUAL_NAMES.find((name) => name in members);
  if (usual !== undefined) return usual;
  const candidates = Object.keys(members).filter((name) => ['function', 'object'].includes(typeof members[name]));
  const speaking = candidates.filter((name) => /model|net/i.test(name));
  if (speaking.length === 1) return speaking[0] as string;
  return candidates.length === 1 ? (candidates[0] as string) : null;
}

function isModel(tf: TensorFlowWithLayers, value: unknown): value is Model {
  return value instanceof tf.LayersModel;
}

function noExport(file: string, wanted: string | null, names: readonly string[]): Failure {
  const list = names.length === 0 ? 'nothing' : names.join(', ');
  return new Failure({
    kind: 'script',
    doing: `looking for the model that ${file} exports`,
    wrong:
      wanted === null
        ? `it is not clear which export is the model; the file exports ${list}`
        : `it exports no "${wanted}"; it exports ${list}`,
    tryThis:
      'Export the model, or a function that returns it, as "model" or as the default export; or specify the export.',
  });
}

function noModel(file: string, name: string, made: unknown): Failure {
  const what =
    made === null || made === undefined
      ? 'nothing'
      : typeof made === 'object'
        ? `an object of class ${made.constructor?.name ?? 'none'}`
        : `a ${typeof made}`;
  return new Failure({
    kind: 'script',
    doing: `creating the model with the export "${name}" of ${file}`,
    wrong: `it returned ${what}, not a TensorFlow.js layers model`,
    tryThis:
      'Return a model made with tf.sequential or tf.model. The file and CNNSlicer must use the same TensorFlow.js.',
  });
}
