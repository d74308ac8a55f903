/** Notices every way in which a process can end that lets it do something first. */
import { signalOwnGroup, wasParentClosing } from './parentWatch.js';

export interface ProcessEnd {
  readonly exitCode: number;
  readonly stopped: boolean;
  /** What nobody caught; undefined when nothing. */
  readonly thrown: { readonly value: unknown } | undefined;
}

/**
 * Not SIGHUP: this process has a session of its own, so that a terminal that closes tells the parent alone, and
 * what becomes of this process is for parentWatch.ts.
 */
const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * `atEnd` is called once, synchronously, before the process is gone. The script's own handlers keep their say.
 * What the script printed to a parent that is gone was no failure of the script: it was stopped.
 */
export function watchProcessEnd(parentProcessId: number | null, atEnd: (end: ProcessEnd) => void): void {
  let thrown: ProcessEnd['thrown'];
  let stopped = false;
  let ended = false;
  const end = (exitCode: number): void => {
    if (ended) return;
    ended = true;
    const isLeftAlone = thrown !== undefined && isBrokenPipe(thrown.value) && wasParentClosing(parentProcessId);
    if (isLeftAlone) stopped = true;
    // What a handler of the script's own has caught did not end it.
    if (isLeftAlone || exitCode === 0) thrown = undefined;
    atEnd({ exitCode, stopped, thrown });
    if (isLeftAlone) signalOwnGroup('SIGTERM'); // it has a handler here: this is for what the script has started
  };
  process.on('uncaughtExceptionMonitor', (value) => (thrown = { value }));
  process.on('exit', (code) => end(code));
  for (const signal of STOP_SIGNALS) {
    const onSignal = (): void => {
      stopped = true;
      if (process.listenerCount(signal) > 1) {
        process.removeListener(signal, onSignal);
        letScriptDecide(signal, () => end(0));
        setImmediate(() => process.prependListener(signal, onSignal));
        return;
      }
      // The signal may come once more meanwhile: without a listener it would end the process before its runs.
      end(0);
      process.removeListener(signal, onSignal);
      process.kill(process.pid, signal);
    };
    process.on(signal, onSignal);
  }
}

/**
 * The script's handlers, which are called next, see the process as it were without us: those that end it by the
 * same signal where they are alone (the package signal-exit) do so, after `end`. Until the next turn of the loop.
 */
function letScriptDecide(signal: NodeJS.Signals, end: () => void): void {
  const original = Object.getOwnPropertyDescriptor(process, 'kill') as TypedPropertyDescriptor<typeof process.kill>;
  const kill = process.kill;
  process.kill = (processId, by) => {
    if (processId === process.pid && by === signal && process.listenerCount(signal) === 0) {
      const hold = (): void => undefined;
      process.on(signal, hold);
      end();
      process.removeListener(signal, hold);
    }
    return kill.call(process, processId, by);
  };
  setImmediate(() => Object.defineProperty(process, 'kill', original));
}

function isBrokenPipe(value: unknown): boolean {
  return value instanceof Error && 'code' in value && (value.code === 'EPIPE' || value.code === 'ECONNRESET');
}
