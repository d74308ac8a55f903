/** Sets the hooks that see a script train, and ends its runs when the process ends. */
import { join, sep } from 'node:path';
import { offerRecord } from './api/recordByHand.js';
import { BatchTrainings } from './training/batchTrainings.js';
import { sendFailure, type EventChannel } from './process/eventChannel.js';
import type { TensorFlowWithLayers } from './hooks/layersApi.js';
import { watchBatches } from './hooks/watchBatches.js';
import { watchBundledLayers } from './hooks/watchBundledLayers.js';
import { watchDisposal } from './hooks/watchDisposal.js';
import { watchFit } from './hooks/watchFit.js';
import { watchHandmadeTraining } from './hooks/watchHandmadeTraining.js';
import { watchLayerConstruction } from './hooks/watchLayerConstruction.js';
import { watchModelLoading } from './hooks/watchModelLoading.js';
import { watchStarted } from './hooks/watchStarted.js';
import { watchProcessEnd } from './process/processEnd.js';
import type { RecorderContext } from './recorderContext.js';
import { layersPackageOf } from './script/layersPackage.js';
import { otherTensorFlow } from './script/redirectPackages.js';
import { failureAtEnd } from './script/scriptFailure.js';
import { limitTraining } from './trainSize/limitTraining.js';
import { TrainingRecorder } from './training/trainingRecorder.js';
import { WriterThread } from './writer/writerThread.js';

const NOT_LIMITED =
  'It was trained on all of its data: only data passed to fit or fitDataset can be reduced to a size.';

type Given = Pick<RecorderContext, 'engine' | 'settings' | 'script' | 'positions' | 'classNames'>;

/** `dist`: of recorder.cjs and everything that is built beside it. */
export function watchTraining(
  tf: TensorFlowWithLayers,
  given: Given,
  events: EventChannel,
  dist: string,
): TrainingRecorder {
  const { settings, script } = given;
  const writer = new WriterThread(
    join(dist, 'writerWorker.cjs'),
    settings.parentProcessId,
    settings.controlDescriptor,
    (message) => recorder.receive(message),
    (reason) => recorder.writerFailed(reason),
  );
  const isOurs = (file: string): boolean => file.startsWith(dist + sep);
  const loading = watchModelLoading(layersPackageOf(given.engine, tf), isOurs);
  const constructions = watchLayerConstruction(tf, isOurs, loading);
  const bundledTensorFlow = watchBundledLayers(isOurs);
  const started = watchStarted();
  const context: RecorderContext = { ...given, tf, writer, constructions, send: (event) => events.send(event) };
  const recorder = new TrainingRecorder(context);
  const batches = new BatchTrainings(recorder, settings.batchesPerEpoch);
  watchDisposal(tf, (outer) => {
    batches.disposing(outer);
    recorder.disposing(outer);
  });
  watchFit(tf, recorder);
  const limited = settings.group && limitTraining(tf, { size: settings.group.size, seed: settings.seed });
  watchBatches(tf, batches);
  const trainsByHand = watchHandmadeTraining(tf, batches);
  offerRecord(recorder);
  watchProcessEnd(settings.parentProcessId, (end) => {
    if (end.stopped) {
      events.send({ type: 'saving' });
      recorder.stopping();
    }
    batches.end(end.thrown ? 'failed' : end.stopped ? 'stopped' : 'whole');
    if (limited && !limited.applied) events.send({ type: 'notice', text: NOT_LIMITED });
    const seen = {
      trainings: recorder.trainingCount,
      layerCount: constructions.count,
      trainsByHand: trainsByHand(),
      otherTensorFlow: otherTensorFlow(given.engine),
      bundledTensorFlow: bundledTensorFlow(),
      started: started(),
    };
    const failure = failureAtEnd(script.file, end, seen);
    recorder.endSynchronously({
      stopped: end.stopped,
      failure: end.thrown || end.exitCode !== 0 ? (failure?.wrong ?? null) : null,
    });
    sendFailure(events, failure ?? (end.stopped ? null : recorder.neverStarted));
  });
  return recorder;
}
