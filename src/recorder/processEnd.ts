/** Notices every way in which a process can end that lets it do something first. */
import { wasParentClosing } from './writer/parentWatch.js';

export interface ProcessEnd {
  readonly exitCode: number;
  readonly stopped: boolean;
  /** What nobody caught; undefined when nothing. */
  readonly thrown: { readonly value: unknown } | undefined;
}

/** Not SIGHUP: whoever starts a training with nohup wants it to outlive the terminal. */
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
    if (thrown && isBrokenPipe(thrown.value) && wasParentClosing(parentProcessId)) {
      stopped = true;
      thrown = undefined;
    }
    // What a handler of the script's own has caught did not end it.
    if (exitCode === 0) thrown = undefined;
    atEnd({ exitCode, stopped, thrown });
  };
  process.on('uncaughtExceptionMonitor', (value) => (thrown = { value }));
  process.on('exit', (code) => end(code));
  for (const signal of STOP_SIGNALS) {
    const onSignal = (): void => {
      stopped = true;
      if (process.listenerCount(signal) > 1) return; // the script decides when it ends
      end(0);
      process.removeListener(signal, onSignal);
      process.kill(process.pid, signal);
    };
    process.on(signal, onSignal);
  }
}

function isBrokenPipe(value: unknown): boolean {
  return value instanceof Error && 'code' in value && value.code === 'EPIPE';
}
