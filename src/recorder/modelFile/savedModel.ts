/**
 * Loads a model that TensorFlow.js saved: model.json and the files of weights beside it. Sizes are held
 * against the files, paths must stay in the folder, and what would run code is refused.
 */
import type { io } from '@tensorflow/tfjs-core';
import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { elementCount } from '../../data/dataSet.js';
import { badData, containsCode } from '../../data/dataFailure.js';
import { readSmallFile } from '../../data/openBytes.js';
import type { Model, TensorFlowWithLayers } from '../hooks/layersApi.js';

const JSON_BYTES = 64 * 2 ** 20;
const WEIGHT_BYTES = 4 * 2 ** 30;
const AGAIN = 'Save it again with model.save, or convert it again.';

/** Throws a Failure that names the file. */
export async function loadSavedModel(tf: TensorFlowWithLayers, file: string): Promise<Model> {
  const artifacts = await readArtifacts(file);
  try {
    return await tf.loadLayersModel({ load: () => Promise.resolve(artifacts) });
  } catch (cause) {
    throw badData(
      file,
      null,
      `TensorFlow.js cannot build it (${cause instanceof Error ? cause.message : String(cause)})`,
      AGAIN,
      cause,
    );
  }
}

interface Manifest {
  readonly paths: readonly string[];
  readonly weights: readonly io.WeightsManifestEntry[];
}

/** What TensorFlow.js builds the model from, checked. Throws a Failure that names the file. */
export async function readArtifacts(file: string): Promise<io.ModelArtifacts> {
  const text = (await readSmallFile(file, JSON_BYTES)).toString('utf8');
  const json = parse(text, file);
  if (/"class_name"\s*:\s*"(Lambda|TFOpLambda)"/.test(text))
    throw containsCode(file, 'a Lambda layer', 'Replace it with a layer that contains no code.');
  const { modelTopology, weightsManifest, format, trainingConfig } = json;
  if (format === 'graph-model' || (modelTopology as { node?: unknown } | undefined)?.node !== undefined) {
    throw badData(
      file,
      null,
      'it is a graph model, which has no layers',
      'Convert it with --output_format tfjs_layers_model.',
    );
  }
  if (typeof modelTopology !== 'object' || modelTopology === null)
    throw badData(file, null, 'it has no modelTopology', AGAIN);
  const groups = checkManifest(weightsManifest, file);
  const parts: Buffer[] = [];
  for (const group of groups) parts.push(await readGroup(file, group));
  const weightData = Buffer.concat(parts);
  return {
    modelTopology,
    weightSpecs: groups.flatMap((group) => [...group.weights]),
    weightData: weightData.buffer.slice(weightData.byteOffset, weightData.byteOffset + weightData.length),
    ...(typeof trainingConfig === 'object' && trainingConfig !== null
      ? { trainingConfig: trainingConfig as io.TrainingConfig }
      : {}),
  };
}

function parse(text: string, file: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null) return json as Record<string, unknown>;
  } catch (cause) {
    throw badData(file, null, `it is not JSON (${(cause as Error).message})`, AGAIN, cause);
  }
  throw badData(file, null, 'it is not a JSON object', AGAIN);
}

function checkManifest(manifest: unknown, file: string): Manifest[] {
  const isGroup = (group: unknown): group is Manifest => {
    const { paths, weights } = (group ?? {}) as Partial<Manifest>;
    return (
      Array.isArray(paths) &&
      Array.isArray(weights) &&
      paths.every((path) => typeof path === 'string') &&
      weights.every(isEntry)
    );
  };
  if (Array.isArray(manifest) && manifest.every(isGroup)) return manifest;
  throw badData(file, null, 'its list of weights does not have the format of TensorFlow.js', AGAIN);
}

function isEntry(entry: unknown): boolean {
  const { name, shape, dtype } = (entry ?? {}) as Partial<io.WeightsManifestEntry>;
  const isShape = Array.isArray(shape) && shape.every((length) => Number.isSafeInteger(length) && length >= 0);
  return typeof name === 'string' && typeof dtype === 'string' && isShape;
}

const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, uint8: 1, uint16: 2, float16: 2, bool: 1 };

async function readGroup(file: string, { paths, weights }: Manifest): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (const path of paths) parts.push(await readSmallFile(insidePath(file, path), WEIGHT_BYTES));
  const held = parts.reduce((sum, part) => sum + part.length, 0);
  const needed = weights.reduce(
    (sum, entry) => sum + elementCount(entry.shape) * (BYTES[entry.quantization?.dtype ?? entry.dtype] ?? NaN),
    0,
  );
  if (needed !== held) {
    throw badData(
      file,
      null,
      `its weights need ${needed} bytes, but the files ${paths.join(', ')} have ${held}`,
      'Copy the weight files again.',
    );
  }
  return Buffer.concat(parts);
}

/** Links are followed before it is decided where a path leads. */
function insidePath(file: string, path: string): string {
  const folder = realpathSync(dirname(file));
  const wanted = resolve(folder, path);
  const found = relative(folder, real(wanted));
  if (path === '' || isAbsolute(path) || found === '..' || found.startsWith(`..${sep}`) || isAbsolute(found)) {
    throw badData(
      file,
      null,
      `its weights lie at "${path}", outside its folder`,
      'Put the weights in the folder of model.json.',
    );
  }
  return wanted;
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // It is not there, and reading it will say so.
  }
}
