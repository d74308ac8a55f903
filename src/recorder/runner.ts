/**
 * The recording process: `node recorder.cjs <script> [arguments…]`. Starts the engine that the script will
 * find, sets the hooks, and then runs the script, which sees what it would see without us.
 */
import { createRequire, register } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from '../protocol/failure.js';
import type { RecorderSettings } from '../protocol/recorderSettings.js';
import { addressesLeft, THREAD_ADDRESSES } from '../system/addressSpace.js';
import { checkWritable } from '../store/safety/checkWritable.js';
import { asksForNative } from './engine/asksForNative.js';
import { startEngine } from './engine/startEngine.js';
import { openEventChannel, sendFailure, type EventChannel } from './process/eventChannel.js';
import { watchCompiledCode } from './hooks/compiledCode.js';
import { sourcePositions } from './hooks/sourcePositions.js';
import { resolvingFile, startModelFile } from './modelFile/startModelFile.js';
import { signalOwnGroup } from './process/parentWatch.js';
import { watchProcessEnd } from './process/processEnd.js';
import { withLayers } from './script/layersPackage.js';
import { prepareBabel } from './script/prepareBabel.js';
import { prepareTypeScript } from './script/prepareTypeScript.js';
import { otherTensorFlow, redirectRequire } from './script/redirectPackages.js';
import { redirectsFor } from './packages/redirects.js';
import { findScript, runScript } from './script/runScript.js';
import { failureAtEnd } from './script/scriptFailure.js';
import { takeSettings } from './process/settings.js';
import type { HookData } from './typescript/moduleHooks.js';
import { watchTraining } from './watchTraining.js';

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
  const source = { script, require: fromScript, workspace: settings.workspace };
  const loading =
    (await prepareBabel(source, (text) => events.send({ type: 'notice', text }))) ??
    (await prepareTypeScript(script, fromScript, DIST));
  registerHooks({
    redirects,
    requireFrom: resolving,
    exportedNames: [...Object.keys(engine.tf), 'node'],
    typescript: loading.by === 'cnnslicer',
  });
  const tf = withLayers(engine, fromScript);
  if (tf) {
    const positions = sourcePositions(loading.ownMap, watchCompiledCode());
    let names: readonly string[] | null = null;
    const classNames = (): readonly string[] | null => names;
    const about = { file: script, arguments: scriptArguments };
    const recorder = watchTraining(tf, { engine, settings, script: about, positions, classNames }, events, DIST);
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
  runScript(script, loading.asModule);
}

/** Hooks have a thread of their own; where it finds no addresses, ES modules are not recorded, and the script runs. */
function registerHooks(data: HookData): void {
  if (addressesLeft() < THREAD_ADDRESSES) return;
  register<HookData>(pathToFileURL(join(DIST, 'moduleHooks.cjs')).href, { data });
}

/** Ends without running the script. */
function refuse(cause: unknown, events: EventChannel | null): void {
  if (!(cause instanceof Failure)) throw cause;
  if (events?.open) sendFailure(events, cause.parts);
  else process.stderr.write(`${cause.message}\n`);
  process.exitCode = 1;
}
