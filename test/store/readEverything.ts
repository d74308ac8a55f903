/** Everything that a run's readers can be asked for, as one text; damage shows as the failure's kind. */
import type { RunReader } from '../../src/store/format/runAccess.js';
import { Failure } from '../../src/protocol/failure.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { digest } from './zarrPython.js';

const upTo = (length: number): number[] => Array.from({ length }, (_, i) => i);

export interface Answer {
  readonly question: string;
  /** A digest of the values; null where a Failure came instead. */
  readonly digest: string | null;
  readonly failure: Failure | null;
}

/** Answers to every question about epochs 0 … `lastEpoch`; errors that are no Failure are thrown. */
export async function readEverything(folder: string, lastEpoch: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  const ask = async (question: string, read: () => Promise<ArrayBufferView>): Promise<void> => {
    try {
      answers.push({ question, digest: digest(await read()), failure: null });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      answers.push({ question, digest: null, failure: error });
    }
  };
  let run: RunReader | undefined;
  await ask('manifest', async () => {
    run = await openRun(folder);
    return Buffer.from(JSON.stringify(run.manifest));
  });
  if (!run) return answers;
  for (const question of questions(run, lastEpoch)) await ask(question.text, question.read);
  return answers;
}

function questions(run: RunReader, lastEpoch: number): { text: string; read: () => Promise<ArrayBufferView> }[] {
  const layers = run.manifest.layers;
  const ofEpoch = (epoch: number) => [
    {
      text: `metrics ${epoch}`,
      read: async () => Float64Array.from(await run.readMetrics(epoch), (value) => value ?? NaN),
    },
    { text: `predictions ${epoch}`, read: () => run.readPredictions(epoch) },
    ...layers.flatMap(({ index, weights }) => [
      { text: `maps ${index} ${epoch}`, read: () => allMaps(run, index, epoch) },
      { text: `entropy ${index} ${epoch}`, read: async () => (await run.readEntropy(index, epoch)).values },
      { text: `values ${index} ${epoch}`, read: () => run.readValues(index, epoch) },
      { text: `histogram ${index} ${epoch}`, read: () => run.readHistogram(index, epoch) },
      ...(weights.length > 0 ? [{ text: `weights ${index} ${epoch}`, read: () => allWeights(run, index, epoch) }] : []),
    ]),
  ];
  return [
    { text: 'labels', read: () => run.readLabels() },
    { text: 'splits', read: () => run.readSplits() },
    ...upTo(lastEpoch + 1).flatMap(ofEpoch),
  ];
}

async function allMaps(run: RunReader, layerIndex: number, epoch: number): Promise<Float32Array> {
  const { probes, plan, layers } = run.manifest;
  const { channelCount, mapShape } = layers[layerIndex]!;
  const samples = upTo(layerIndex === 0 ? probes.count : plan.mapSampleCount);
  const target = new Float32Array(mapShape.reduce((product, side) => product * side, samples.length * channelCount));
  await run.readMaps({ layer: layerIndex, epoch, samples, channels: upTo(channelCount) }, target);
  return target;
}

async function allWeights(run: RunReader, layer: number, epoch: number): Promise<Float32Array> {
  const weights = await run.readWeights(layer, epoch);
  return Float32Array.from(weights.flatMap(({ values }) => [...values]));
}
