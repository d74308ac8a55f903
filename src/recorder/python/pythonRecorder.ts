/**
 * The recorder of a Python script: `node pythonRecorder.cjs <script> [arguments…]`, started beside the script's
 * process. It plans, and writes what the part in Python (src/python) sends. It never starts or ends the script, but
 * where its own parent is gone.
 */
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../protocol/failure.js';
import type { RecorderSettings } from '../../protocol/recorderSettings.js';
import { openEventChannel, sendFailure, type EventChannel } from '../process/eventChannel.js';
import { wasParentClosing } from '../process/parentWatch.js';
import { takeSettings } from '../process/settings.js';
import { readControl } from '../writer/controlLines.js';
import { WriterThread } from '../writer/writerThread.js';
import { FrameProblem, framesOf, sendFrame } from './frames.js';
import { DISCONNECTED, PythonRuns } from './pythonRuns.js';
import { failureOfScript, type ScriptExit } from './scriptExit.js';

/** Of the socket that this process and the script's share: what src/launch opens. */
const PYTHON_DESCRIPTOR = 5;
/** How long the script's process may take to end once it has said so, or once its socket is closed. */
const EXIT_MILLISECONDS = 10_000;
const CLOSED_MILLISECONDS = 3000;

void main();

async function main(): Promise<void> {
  let events: EventChannel | null = null;
  try {
    const settings = takeSettings(process.env, process.cwd());
    events = openEventChannel(settings.eventsDescriptor, () => process.kill(process.pid, 'SIGTERM'));
    await recordScript(settings, events);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    if (events?.open) sendFailure(events, cause.parts);
    else process.stderr.write(`${cause.message}\n`);
    process.exitCode = 1;
  }
  // A control pipe that the parent keeps open holds nothing.
  process.exit();
}

async function recordScript(settings: RecorderSettings, events: EventChannel): Promise<void> {
  const [, , file = '', ...scriptArguments] = process.argv;
  const socket = new Socket({ fd: PYTHON_DESCRIPTOR });
  socket.on('error', () => socket.destroy());
  let paused = false;
  const exit = exitOf(settings.controlDescriptor, {
    pause: (value) => (paused = value),
    stopping: () => runs.stopping(),
  });
  const writer = new WriterThread(
    join(__dirname, 'writerWorker.cjs'),
    settings.parentProcessId,
    null,
    (message) => runs.receive(message),
    (reason) => runs.writerFailed(reason),
  );
  const runs = new PythonRuns({
    settings,
    script: { file, arguments: scriptArguments },
    writer,
    send: (event) => events.send(event),
    isPaused: () => paused,
  });
  let isLeft = false;
  const toldToEnd = new Promise<null>((resolve) => {
    process.on('SIGTERM', () => {
      // The parent is gone, and nobody could stop the script any more: it ends as when it is stopped.
      isLeft = wasParentClosing(settings.parentProcessId);
      if (isLeft) runs.endScript();
      else resolve(null);
      socket.destroy();
    });
  });
  try {
    for await (const { message, values } of framesOf(socket, (...frame) => runs.wants(...frame))) {
      const reply = await runs.take(message, values);
      if (reply) sendFrame(socket, reply);
    }
  } catch (cause) {
    if (!(cause instanceof FrameProblem)) throw cause;
    runs.lose(cause.message);
  }
  socket.destroy();
  const ended = await Promise.race([
    exit,
    toldToEnd,
    delay(runs.hasEnded ? EXIT_MILLISECONDS : CLOSED_MILLISECONDS, null),
  ]);
  if (!ended && !isLeft && !runs.hasEnded) {
    runs.disconnected();
    await runs.end(UNKNOWN_EXIT);
    return sendFailure(events, runs.seen.runs === 0 ? DISCONNECTED : runs.neverStarted);
  }
  const how = ended ?? { ...UNKNOWN_EXIT, stopped: isLeft };
  await runs.end(how);
  sendFailure(events, failureOfScript(file, how, runs.seen) ?? (how.stopped ? null : runs.neverStarted));
}

/** Of a script that goes on, or takes long to end. */
const UNKNOWN_EXIT: ScriptExit = { exitCode: null, signal: null, stopped: false };

interface Told {
  pause(value: boolean): void;
  stopping(): void;
}

/** How the script's process ended, as the parent says. */
function exitOf(descriptor: number | null, told: Told): Promise<ScriptExit> {
  return new Promise((resolve) => {
    if (descriptor === null) return;
    readControl(descriptor, (message) => {
      if (message.type === 'script-ended') resolve(message);
      else if (message.type === 'stopping') told.stopping();
      else told.pause(message.type === 'pause');
    });
  });
}
