/**
 * A training without a script: loads a model and a data set and trains the one on the other as a script would,
 * or evaluates a saved model, or checkpoint after checkpoint. A bundle of its own (dist/modelFile.cjs), so that
 * recordings of scripts do not load the readers of data sets.
 */
import { pathToFileURL } from 'node:url';
import { openDataSet } from '../../data/openDataSet.js';
import type { DataSet } from '../../data/dataSet.js';
import type { ImageShape } from '../../data/image/imageFolder.js';
import { Failure, type FailureParts } from '../../protocol/failure.js';
import type { ModelTraining } from '../../protocol/recorderSettings.js';
import type { FitListener } from '../hooks/watchFit.js';
import type { Model, TensorFlowWithLayers } from '../hooks/layersApi.js';
import { seededRandom } from '../model/seededRandom.js';
import { compiledFacts, inputShapeOf } from './compileModel.js';
import { evaluateCheckpoints } from './evaluateCheckpoints.js';
import { exportedModel, type DataFacts } from './exportedModel.js';
import { modelSource, type ModelSource } from './modelKind.js';
import { loadSavedModel } from './savedModel.js';
import { plausibleClassCount } from './targetsFor.js';
import { partBatches, partBytes, partTensors, trainingData, type Part, type TrainingData } from './trainingData.js';

export interface ModelFileRun {
  readonly tf: TensorFlowWithLayers;
  /** File or folder of the model. */
  readonly path: string;
  readonly settings: ModelTraining;
  readonly seed: number;
  /** Is told of epochs where no fit is there to be watched. */
  readonly listener: FitListener;
  notice(text: string): void;
  /** Names of the classes, before anything is recorded. */
  named(classNames: readonly string[] | null): void;
}

/** null when all went well; what the model file's own code throws is rejected as it is. */
export async function runModelFile(run: ModelFileRun): Promise<FailureParts | null> {
  try {
    seedRandom(run.seed);
    const source = modelSource(run.path);
    if (source.kind === 'module') await trainExported(run, source.file);
    else await evaluate(run, source);
    return null;
  } catch (cause) {
    // The class is another in another bundle, so it is told in parts.
    if (cause instanceof Failure) return cause.parts;
    throw cause;
  }
}

/** There is no script that Math.random would belong to: a seed makes initial weights and shuffles repeatable. */
function seedRandom(seed: number): void {
  const random = seededRandom(seed);
  Math.random = () => random(2 ** 32) / 2 ** 32;
}

async function trainExported(run: ModelFileRun, file: string): Promise<void> {
  const { tf, settings } = run;
  const exports = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const facts = async (): Promise<DataFacts> => dataFacts(await open(run, null));
  const model = await exportedModel(tf, file, exports, { exportName: settings.exportName, facts });
  await train(run, model, await dataFor(run, model));
}

async function evaluate(run: ModelFileRun, source: Exclude<ModelSource, { kind: 'module' }>): Promise<void> {
  const files = source.kind === 'saved' ? [source.file] : source.files;
  const model = await loadSavedModel(run.tf, files[0] as string);
  await evaluateCheckpoints(run, model, files, await dataFor(run, model));
}

/** The data set as the model takes it. */
async function dataFor(run: ModelFileRun, model: Model): Promise<TrainingData> {
  const { tf, settings } = run;
  const set = await open(run, imageShape(inputShapeOf(model)));
  run.named(set.classNames);
  const facts = compiledFacts(tf, model, set.training.targets, settings.learningRate);
  return trainingData(set, facts, settings, run.seed);
}

function open({ settings }: ModelFileRun, shape: ImageShape | null): Promise<DataSet> {
  return openDataSet({ path: settings.data, labels: settings.labels, imageShape: shape });
}

/** What pictures are resized to: (y, x, channels) wherever the model has its channels; null when it leaves that open. */
function imageShape(taken: readonly (number | null)[]): ImageShape | null {
  const [first, second, third] = taken;
  if (taken.length !== 3 || !first || !second || !third) return null;
  if (third === 1 || third === 3) return [first, second, third];
  return first === 1 || first === 3 ? [second, third, first] : null;
}

function dataFacts({ training, classNames }: DataSet): DataFacts {
  const inputShape = training.shape.length === 2 ? [...training.shape, 1] : training.shape;
  return {
    inputShape,
    // When it is read: whole numbers may be values of a regression, whose model does not ask.
    get classCount() {
      return classNames?.length ?? (training.targets && plausibleClassCount(training.targets));
    },
  };
}

async function train(run: ModelFileRun, model: Model, data: TrainingData): Promise<void> {
  const { tf, settings, seed } = run;
  const { epochs, batchSize } = settings;
  const validation = data.validation && (await partTensors(tf, shortened(run, data.validation)));
  const validationData = validation
    ? { validationData: [validation.x, validation.y] as [typeof validation.x, typeof validation.y] }
    : {};
  if (partBytes(data.training) <= settings.streamAboveBytes) {
    const { x, y } = await partTensors(tf, data.training);
    await model.fit(x, y, { epochs, batchSize, verbose: 0, shuffle: true, ...validationData });
    return;
  }
  const batchesPerEpoch = Math.ceil(data.training.indices.length / batchSize);
  const batches = partBatches(tf, data.training, batchSize, seed) as unknown as Parameters<Model['fitDataset']>[0];
  await model.fitDataset(batches, { epochs, batchesPerEpoch, verbose: 0, ...validationData });
}

/** Held-out samples stay in memory; where they are too many, a part of them is held out. */
function shortened({ settings, notice }: ModelFileRun, part: Part): Part {
  const fitting = Math.max(1, Math.floor((settings.streamAboveBytes / partBytes(part)) * part.indices.length));
  if (fitting >= part.indices.length) return part;
  notice(`Validation is on ${fitting} of ${part.indices.length} held-out samples, because more do not fit in memory.`);
  const step = part.indices.length / fitting;
  return { ...part, indices: Array.from({ length: fitting }, (_, i) => part.indices[Math.floor(i * step)] as number) };
}
