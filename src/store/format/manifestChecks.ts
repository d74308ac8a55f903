/**
 * What a manifest must hold beyond the form that its schema checks: places that agree with indices,
 * paths that stay inside the run and do not collide, sizes that can be. Nothing is allocated from a
 * manifest before it has passed.
 */
import * as v from 'valibot';
import { Layer, RunManifest, SIZE_LIMIT } from '../../protocol/run.js';
import { runArrays } from './layout.js';
import { isPathInside } from '../safety/runPaths.js';
import { turnWhenDue } from '../../system/turns.js';

/** More epochs than anyone trains, few enough that an index of them fits in memory. */
const EPOCH_LIMIT = 1_000_000;

/** Ten times the layers of the deepest networks that are trained; what is drawn of them grows with their square. */
export const LAYER_LIMIT = 5000;

/** More classes than any data set has; what is counted of them grows with their square. */
export const CLASS_LIMIT = 65_536;

/** One is told; a list that is wrong in every place has as many issues. */
const FIRST_ISSUE = { abortEarly: true } as const;

/** Why a manifest is refused, in words that follow "the manifest". */
export class ManifestProblem extends Error {
  override readonly name = 'ManifestProblem';
}

/** The manifest, or a `ManifestProblem`. */
export function checkedManifest(value: unknown): RunManifest {
  checkLayerCount(value);
  const parsed = v.safeParse(RunManifest, value, FIRST_ISSUE);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new ManifestProblem(
      `has an unexpected value at "${v.getDotPath(issue) ?? ''}" (${expectedOf(issue)} expected)`,
    );
  }
  return soundManifest(parsed.output);
}

/** Before the schema walks through all of them. */
function checkLayerCount(value: unknown): void {
  const layers = typeof value === 'object' && value !== null && 'layers' in value ? value.layers : null;
  if (Array.isArray(layers) && layers.length > LAYER_LIMIT)
    throw new ManifestProblem(`has ${layers.length} layers, more than the ${LAYER_LIMIT} that are read`);
}

/** A manifest whose form is right, or a `ManifestProblem`. */
export function soundManifest(manifest: RunManifest): RunManifest {
  manifest.layers.forEach((layer, place) => checkLayer(layer, place, manifest.layers.length));
  checkCounts(manifest);
  checkArrays(manifest);
  return manifest;
}

/** Layers that are checked at a time; the first ones of a process take a millisecond for two. */
const LAYERS_AT_ONCE = 4;

/**
 * As `checkedManifest`, layer after layer with turns for others between them: a manifest of 200 layers keeps an editor
 * waiting for 40 ms when it is the first.
 */
export async function manifestInTurns(value: unknown): Promise<RunManifest> {
  if (typeof value !== 'object' || value === null || !('layers' in value)) return checkedManifest(value);
  checkLayerCount(value);
  const given = value.layers;
  if (!Array.isArray(given) || given.length <= LAYERS_AT_ONCE) return checkedManifest(value);
  const layers: Layer[] = [];
  for (let from = 0; from < given.length; from += LAYERS_AT_ONCE) {
    await turnWhenDue();
    const parsed = v.safeParse(v.array(Layer), given.slice(from, from + LAYERS_AT_ONCE), FIRST_ISSUE);
    // The whole says where it is wrong.
    if (!parsed.success) return checkedManifest(value);
    layers.push(...parsed.output);
  }
  await turnWhenDue();
  const rest = v.safeParse(RunManifest, { ...value, layers: given.slice(0, 1) as unknown[] }, FIRST_ISSUE);
  return rest.success ? soundManifest({ ...rest.output, layers }) : checkedManifest(value);
}

function expectedOf({ type, message, expected }: v.InferIssue<typeof RunManifest>): string {
  return type === 'custom' ? message : (expected ?? type);
}

function checkLayer(layer: Layer, place: number, layerCount: number): void {
  if (layer.index !== place) throw new ManifestProblem(`calls layer ${place} number ${layer.index}`);
  if (layer.inputs.some((input) => input >= layerCount))
    throw new ManifestProblem(`feeds layer ${place} from a layer that is not there`);
  if (layer.inputs.some((input) => input >= place))
    throw new ManifestProblem(`feeds layer ${place} from itself or from a later one`);
  for (const path of [layer.path, ...layer.weights.map((weight) => weight.path)]) {
    if (!isPathInside(path) || !path.startsWith('layers/'))
      throw new ManifestProblem(`gives layer ${place} a path that is not inside its folder of layers`);
  }
}

function checkCounts({ plan, probes, layers, classNames }: RunManifest): void {
  if (classNames.length > CLASS_LIMIT) throw new ManifestProblem(`names more than ${CLASS_LIMIT} classes`);
  if (plan.lastEpoch > EPOCH_LIMIT) throw new ManifestProblem(`asks for more than ${EPOCH_LIMIT} epochs`);
  if (plan.mapSampleCount > probes.count) throw new ManifestProblem('keeps maps of more probes than there are');
  if ([...(plan.pinned ?? []), ...(plan.withoutMaps ?? [])].some((index) => index >= layers.length))
    throw new ManifestProblem('plans maps of a layer that is not there');
}

function checkArrays(manifest: RunManifest): void {
  const arrays = runArrays(manifest);
  for (const array of arrays) {
    let elements = manifest.plan.lastEpoch + 1;
    for (const length of array.shape) {
      elements *= length;
      if (elements > SIZE_LIMIT)
        throw new ManifestProblem(`describes an array too large to be (${array.shape.join(' × ')})`);
    }
  }
  checkCollisions(arrays.map((array) => array.path));
}

/** No array lies where another, or a folder above another, does. File systems may ignore case. */
function checkCollisions(paths: readonly string[]): void {
  const taken = new Set(paths.map((path) => path.toLowerCase()));
  if (taken.size < paths.length) throw new ManifestProblem('gives two arrays the same path');
  for (const path of taken) {
    const segments = path.split('/');
    for (let depth = 1; depth < segments.length; depth++) {
      if (taken.has(segments.slice(0, depth).join('/'))) throw new ManifestProblem('puts one array inside another');
    }
  }
}
