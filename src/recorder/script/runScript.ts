/** Runs the user's script as Node would have run it, had it been given to Node. */
import { existsSync, statSync } from 'node:fs';
import Module from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from '../../protocol/failure.js';

/** Absolute path of what `node <given>` would run. Throws a `not-found` Failure. */
export function findScript(given: string | undefined, workingFolder: string, require: NodeJS.Require): string {
  if (given === undefined || given === '')
    throw notFound('no script was given', 'Specify the file that trains the model');
  const path = resolve(workingFolder, given);
  if (existsSync(path) && statSync(path).isFile()) return path;
  try {
    return require.resolve(path);
  } catch {
    throw notFound(`${path} does not exist`, 'Specify the file that trains the model');
  }
}

function notFound(wrong: string, tryThis: string): Failure {
  return new Failure({ kind: 'not-found', doing: 'looking for the script to record', wrong, tryThis });
}

/**
 * Starts the script in a turn of its own, so that what it throws is uncaught as it would be without us.
 * `asModule`: TypeScript that Node's own choice of loader would take for CommonJS.
 */
export function runScript(script: string, asModule: boolean): void {
  setImmediate(() => {
    if (asModule) void import(pathToFileURL(script).href).catch(throwUncaught);
    else (Module as unknown as { runMain(main: string): void }).runMain(script);
  });
}

function throwUncaught(cause: unknown): void {
  setImmediate(() => {
    throw cause;
  });
}
