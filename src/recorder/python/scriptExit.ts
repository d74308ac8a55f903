/** How a Python script ended, in words. */
import { basename } from 'node:path';
import type { FailureParts } from '../../protocol/failure.js';
import type { FromPython } from '../../protocol/pythonRecorder.js';

/** As the process that started the script saw it. */
export interface ScriptExit {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stopped: boolean;
}

type End = Extract<FromPython, { type: 'end' }>;

export interface SeenOfScript {
  /** Null: the recorder did not start in Python. */
  readonly hello: Extract<FromPython, { type: 'hello' }> | null;
  /** Null: Python was killed, or the recorder in it gave up. */
  readonly end: End | null;
  readonly runs: number;
}

/** Null where the script did what it was recorded for, or was stopped. */
export function failureOfScript(script: string, exit: ScriptExit, seen: SeenOfScript): FailureParts | null {
  if (exit.stopped || seen.end?.raised?.isInterrupt) return null;
  const wrong = failureText(exit, seen.end);
  if (wrong !== null) {
    const tryThis = tryFor(seen.end?.raised?.text ?? '', exit);
    return { kind: 'script', doing: `running ${basename(script)}`, wrong, tryThis };
  }
  return seen.runs > 0 ? null : { kind: 'script', doing: `recording ${basename(script)}`, ...nothingTrained(seen) };
}

/** Why the script failed; null: it did not. */
export function failureText({ exitCode, signal }: ScriptExit, end: End | null): string | null {
  if (signal !== null) return `the process was ended by ${signal}`;
  if (exitCode === 0 || exitCode === null) return null;
  const raised = end?.raised;
  if (!raised) return `the script ended with exit code ${exitCode}`;
  const place = raised.place === null ? '' : ` (${basename(raised.place)})`;
  return `${(raised.text.split('\n')[0] ?? '').replace(/\.$/, '').slice(0, 500)}${place}`;
}

function tryFor(raised: string, { signal }: ScriptExit): string {
  if (signal === 'SIGKILL') return 'The system may have been out of memory: record fewer probes';
  if (signal !== null) return 'Its output may say why';
  const name = /^ModuleNotFoundError: No module named '([^']+)'/.exec(raised)?.[1];
  if (name !== undefined)
    return `Install ${name.split('.')[0]} for the interpreter, or choose the interpreter that has it`;
  return raised === '' ? 'See its output for the reason, fix it and record again' : 'Fix the script and record again';
}

function nothingTrained({ hello, end }: SeenOfScript): Pick<FailureParts, 'wrong' | 'tryThis'> {
  if (!hello)
    return {
      wrong: 'the recorder did not start in Python',
      tryThis: 'Use Python 3.9 or newer, without the options -I, -E and -S, which disable PYTHONPATH or sitecustomize',
    };
  if ((end?.frameworks ?? []).length === 0)
    return {
      wrong: 'the script ended without training a model: it imported neither PyTorch nor Keras',
      tryThis: 'Record the script that builds the model and trains it',
    };
  const layers = end?.layerCount ?? 0;
  if (layers > 0)
    return {
      wrong: `the script ended without training a model: it constructed ${layers} ${layers === 1 ? 'module or layer' : 'modules or layers'}, but no optimizer updated them in its own process`,
      tryThis:
        'Record the script that trains the model with an optimizer, in its own process, or call "recording.epoch()" (from cnnslicer import record)',
    };
  return {
    wrong: 'the script ended without training a model: it constructed no module or layer',
    tryThis: 'Record the script that builds the model and trains it',
  };
}
