/** How a script failed, in three parts, from what it threw or the code that it ended with. */
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import type { FailureParts } from '../../protocol/failure.js';
import type { ProcessEnd } from '../process/processEnd.js';

/** What was seen of a script until its process ended. */
export interface Seen extends Attempt {
  readonly trainings: number;
}

/** Null where it did what it was recorded for, or was stopped. */
export function failureAtEnd(
  script: string,
  { exitCode, stopped, thrown }: ProcessEnd,
  seen: Seen,
): FailureParts | null {
  if (stopped) return null;
  if (exitCode !== 0) return thrown ? failureOfThrown(script, thrown.value) : failureOfExitCode(script, exitCode);
  return seen.trainings === 0 ? failureOfNoTraining(script, seen) : null;
}

/** `thrown`: what nobody caught. */
function failureOfThrown(script: string, thrown: unknown): FailureParts {
  const place = thrown instanceof Error ? placeOf(thrown) : null;
  return {
    kind: 'script',
    doing: `running ${basename(script)}`,
    wrong: `${textOf(thrown)}${place ? ` (${place})` : ''}`,
    tryThis: missingModule(thrown) ?? 'Fix the script and record again',
  };
}

function failureOfExitCode(script: string, code: number): FailureParts {
  return {
    kind: 'script',
    doing: `running ${basename(script)}`,
    wrong: `the script ended with exit code ${code}`,
    tryThis: 'See its output for the reason, fix it and record again',
  };
}

/** What a script did that trained nothing that could be recorded. */
interface Attempt {
  readonly layerCount: number;
  readonly trainsByHand: boolean;
  /** Folder of a second TensorFlow.js that the script loaded. */
  readonly otherTensorFlow: string | null;
  /** File that has a TensorFlow.js of its own bundled into it. */
  readonly bundledTensorFlow: string | null;
  /** A thread or process that the script started, as words. */
  readonly started: string | null;
}

/** The script ended well and there is nothing to record. */
function failureOfNoTraining(script: string, attempt: Attempt): FailureParts {
  return { kind: 'script', doing: `recording ${basename(script)}`, ...nothingTrained(attempt) };
}

function nothingTrained({
  layerCount,
  trainsByHand,
  otherTensorFlow,
  bundledTensorFlow,
  started,
}: Attempt): Pick<FailureParts, 'wrong' | 'tryThis'> {
  if (trainsByHand) {
    return {
      wrong:
        'the script ended without training a layers model: its optimizer changes variables that do not belong to a tf.sequential or tf.model',
      tryThis: 'Build the model with tf.layers, or pass it to record from cnnslicer',
    };
  }
  if (otherTensorFlow !== null) {
    return {
      wrong: `the script did not use the TensorFlow.js that its folder resolves: it loaded the one in ${otherTensorFlow}`,
      tryThis:
        'Move the script to a folder that resolves the same one, or install TensorFlow.js in the folder of the script',
    };
  }
  if (bundledTensorFlow !== null) {
    return {
      wrong: `the script trains with a copy of TensorFlow.js bundled into ${basename(bundledTensorFlow)}, which cannot be recorded`,
      tryThis: 'Leave @tensorflow/* out of the bundle (esbuild: --external:@tensorflow/*), or record the source',
    };
  }
  if (started !== null) {
    return {
      wrong: `the script ended without training a model itself: it started ${started}, where training cannot be recorded`,
      tryThis: 'Record the file that trains, with the same arguments',
    };
  }
  if (layerCount > 0) {
    return {
      wrong: `the script ended without training a model: it created ${layerCount} layers but never trained them`,
      tryThis: 'Record the script that calls model.fit, model.fitDataset or model.trainOnBatch',
    };
  }
  return {
    wrong: 'the script ended without training a model: it created no TensorFlow.js layer',
    tryThis: 'Record the script that builds the model with tf.layers and trains it',
  };
}

function textOf(thrown: unknown): string {
  if (thrown instanceof Error) return `${thrown.name}: ${firstLine(thrown.message)}`;
  return typeof thrown === 'string' ? firstLine(thrown) : `it threw ${firstLine(inspect(thrown))}`;
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/\.$/, '').slice(0, 500);
}

/** The first line of the person's own in the stack: "train.js:12:5". A syntax error's stack begins with the place. */
function placeOf({ stack = '' }: Error): string | null {
  const head = /^((?:file:\/\/)?\/[^\n]*?|[A-Za-z]:\\[^\n]*?):(\d+)\n/.exec(stack);
  if (head?.[1] && isUsers(head[1])) return `${basename(pathOf(head[1]))}:${head[2]}`;
  for (const [, file = '', line, column] of stack.matchAll(
    /(?<=[\s(])((?:file:\/\/)?(?:\/|[A-Za-z]:\\)[^\n()]*?):(\d+):(\d+)\)?$/gm,
  )) {
    if (isUsers(file)) return `${basename(pathOf(file))}:${line}:${column}`;
  }
  return null;
}

function isUsers(file: string): boolean {
  return !/[\\/]node_modules[\\/]/.test(file) && !pathOf(file).startsWith(__dirname);
}

function pathOf(file: string): string {
  return file.startsWith('file:') ? fileURLToPath(file) : file;
}

/** What to try where something that was thrown says that a module is not there; else null. */
function missingModule(thrown: unknown): string | null {
  const { code, message } = (thrown ?? {}) as { code?: unknown; message?: unknown };
  if (code === 'ERR_UNSUPPORTED_DIR_IMPORT') return 'Import a file of the folder, or add an index.js to the folder';
  if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_MODULE_NOT_FOUND') return null;
  const name = /'([^']*)'/.exec(String(message))?.[1] ?? '';
  if (/^\.{0,2}[\\/]|^[A-Za-z]:\\|^file:/.test(name)) return 'Fix the path, or add the missing file';
  if (/^([~#]|@\/|src\/)/.test(name))
    return 'Import the file by its path: only a compiler or a bundler knows this name, and the workspace has none that Node.js can use';
  return 'Install the package, or fix the name';
}
