/**
 * The recording process: `node recorder.cjs <script> [arguments…]`. Starts the engine that the script will
 * find, sets the hooks, and then runs the script, which sees what it would see without us.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure, type FailureParts } from '../protocol/failure.js';
import type { RecorderSettings } from '../protocol/recorderSettings.js';
import { asksForNative } from './engine/asksForNative.js';
import { startEngine, type StartedEngine } from './engine/startEngine.js';
import { offerRecord } from './api/recordByHand.js';
import { BatchTrainings } from './batchTrainings.js';
import { openEventChannel, type EventChannel } from './eventChannel.js';
import { limitTraining } from './trainSize/limitTraining.js';
import type { TensorFlowWithLayers } from './hooks/layersApi.js';
import { sourcePositions } from './hooks/sourcePositions.js';
import { watchBatches } from './hooks/watchBatches.js';
import { watchBundledLayers } from './hooks/watchBundledLayers.js';
import { watchDisposal } from './hooks/watchDisposal.js';
import { watchFit } from './hooks/watchFit.js';
import { watchHandmadeTraining } from './hooks/watchHandmadeTraining.js';
import { watchLayerConstruction } from './hooks/watchLayerConstruction.js';
import { watchModelLoading } from './hooks/watchModelLoading.js';
import { watchStarted } from './hooks/watchStarted.js';
import { resolvingFile, startModelFile } from './modelFile/startModelFile.js';
import { watchProcessEnd, type ProcessEnd } from './processEnd.js';
import type { RecorderContext } from './recorderContext.js';
import { otherTensorFlow, redirectRequire } from './script/redirectPackages.js';
import { redirectsFor } from './script/redirects.js';
import { prepareTypeScript } from './script/prepareTypeScript.js';
import { findScript, runScript } from './script/runScript.js';
import { failureOfExitCode, failureOfNoTraining, failureOfThrown } from './script/scriptFailure.js';
import { takeSettings } from './settings.js';
import { TrainingRecorder } from './trainingRecorder.js';
import type { HookData } from './typescript/moduleHooks.js';
import { signalOwnGroup } from './parentWatch.js';
import { WriterThread } from './writer/writerThread.js';

/** Of recorder.cjs and everything that is built beside it. */
const DIST = __dirname;

void main();

async function main(): Promise<void> {
  let events: EventChannel | null = null;
  try {
    const settings = takeSettings(process.env, process.cwd());
    events = openEventChannel(settings.eventsDescriptor, () => signalOwnGroup('SIGTERM'));
    await prepare(settings, events);
  } catch (cause) {
    refuse(cause, events);
  }
}

/** Everything up to the script's first line. Throws a Failure when the recording cannot begin. */
async function prepare(settings: RecorderSettings, events: EventChannel): Promise<void> {
  const script = settings.model ? resolve(process.argv[2] ?? '') : findScript(process.argv[2], process.cwd(), require);
  const scriptArguments = process.argv.slice(3);
  process.argv = [process.execPath, script, ...scriptArguments];
  checkWritable(settings.runsFolder);
  const resolving = settings.model ? resolvingFile(script, settings.workspace) : script;
  const fromScript = createRequire(resolving);
  const engine = await startEngine({
    resolveFrom: dirname(resolving),
    require: fromScript,
    bundledFolder: join(DIST, 'tfjs'),
    preferred: settings.preferredEngine ?? undefined,
    nativeFolder: settings.nativeFolder,
    asksForNative: settings.nativeFolder !== null && asksForNative(script),
    notice: (text) => events.send({ type: 'notice', text }),
  });
  events.send({ type: 'engine', name: engine.name, notice: engine.notice });
  const redirects = redirectsFor(engine, join(DIST, 'api.cjs'));
  redirectRequire(redirects, engine, (text) => events.send({ type: 'notice', text }));
  const typescript = await prepareTypeScript(script, fromScript, DIST);
  registerHooks({
    redirects,
    requireFrom: resolving,
    exportedNames: [...Object.keys(engine.tf), 'node'],
    typescript: typescript.by === 'cnnslicer',
  });
  const tf = withLayers(engine, fromScript);
  if (tf) {
    const positions = sourcePositions(typescript.ownMap);
    let names: readonly string[] | null = null;
    const classNames = (): readonly string[] | null => names;
    const about = { file: script, arguments: scriptArguments };
    const recorder = record(tf, { engine, settings, script: about, positions, classNames }, events);
    if (settings.model) {
      const run = { tf, path: script, settings: settings.model, seed: settings.seed, listener: recorder };
      const tell = {
        notice: (text: string) => events.send({ type: 'notice', text }),
        named: (given: readonly string[] | null) => (names = given),
      };
      return startModelFile(DIST, { ...run, ...tell }, (failure) => sendFailure(events, failure));
    }
  } else {
    watchProcessEnd(settings.parentProcessId, (end) =>
      sendFailure(
        events,
        failureAtEnd(script, end, {
          trainings: 0,
          layerCount: 0,
          trainsByHand: false,
          otherTensorFlow: otherTensorFlow(engine),
          bundledTensorFlow: null,
          started: null,
        }),
      ),
    );
  }
  runScript(script, typescript.asModule);
}

type Given = Pick<RecorderContext, 'engine' | 'settings' | 'script' | 'positions' | 'classNames'>;

/** Sets the hooks, and ends the runs when the process ends. */
function record(tf: TensorFlowWithLayers, given: Given, events: EventChannel): TrainingRecorder {
  const { settings, script } = given;
  const writer = new WriterThread(
    join(DIST, 'writerWorker.cjs'),
    settings.parentProcessId,
    settings.controlDescriptor,
    (message) => recorder.receive(message),
    (reason) => recorder.writerFailed(reason),
  );
  const isOurs = (file: string): boolean => file.startsWith(DIST + sep);
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
    batches.end(!end.stopped && !end.thrown);
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

const NOT_LIMITED =
  'It was trained on all of its data: only what is given to fit or fitDataset can be cut down to a size.';

interface Seen {
  readonly trainings: number;
  readonly layerCount: number;
  readonly trainsByHand: boolean;
  readonly otherTensorFlow: string | null;
  readonly bundledTensorFlow: string | null;
  readonly started: string | null;
}

function failureAtEnd(script: string, { exitCode, stopped, thrown }: ProcessEnd, seen: Seen): FailureParts | null {
  if (stopped) return null;
  if (exitCode !== 0) return thrown ? failureOfThrown(script, thrown.value) : failureOfExitCode(script, exitCode);
  return seen.trainings === 0 ? failureOfNoTraining(script, seen) : null;
}

function sendFailure(events: EventChannel, failure: FailureParts | null): void {
  if (failure) events.send({ type: 'failed', failure, folder: null });
}

/** TensorFlow.js with layers: one module, or core and layers of a workspace that has them apart; null without layers. */
function withLayers({ tf }: StartedEngine, fromScript: NodeJS.Require): TensorFlowWithLayers | null {
  if ('layers' in tf) return tf as TensorFlowWithLayers;
  try {
    return { ...tf, ...(fromScript('@tensorflow/tfjs-layers') as object) } as TensorFlowWithLayers;
  } catch {
    return null;
  }
}

/** The module through which `tf.loadLayersModel` is found; a bundle has it inside, whatever is installed around it. */
function layersPackageOf({ entry, bundled }: StartedEngine, tf: object): object {
  if (bundled) return tf;
  try {
    return createRequire(entry)('@tensorflow/tfjs-layers') as object;
  } catch {
    return tf;
  }
}

function registerHooks(data: HookData): void {
  register<HookData>(pathToFileURL(join(DIST, 'moduleHooks.cjs')).href, { data });
}

/** A recording that could not be kept is refused before hours of training, not after. */
function checkWritable(folder: string): void {
  const probe = join(folder, `.writable-${process.pid}`);
  try {
    makeFolder(folder);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (cause) {
    throw new Failure(
      {
        kind: 'environment',
        doing: 'preparing the folder of runs',
        wrong: `${folder} cannot be written (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`,
        tryThis: 'Make it writable, or record to another folder',
      },
      { cause },
    );
  }
}

/** One by one: Node's recursive mkdir never returns where the system denies that a folder could be (/proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** Ends without running the script. */
function refuse(cause: unknown, events: EventChannel | null): void {
  if (!(cause instanceof Failure)) throw cause;
  if (events?.open) sendFailure(events, cause.parts);
  else process.stderr.write(`${cause.message}\n`);
  process.exitCode = 1;
}
