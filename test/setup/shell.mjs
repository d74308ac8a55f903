// Runs a command to its end and keeps what it printed: set-up steps say little unless they fail.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';

/**
 * Resolves to standard output; rejects with the command, its exit code and the end of what it printed.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutSeconds?: number }} options
 * @returns {Promise<string>}
 */
export function run(command, args, { cwd, env, timeoutSeconds = 600 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    let printed = '';
    child.stdout.on('data', (text) => ((output += text), (printed += text)));
    child.stderr.on('data', (text) => (printed += text));
    const stop = setTimeout(() => killGroup(child.pid, 'SIGKILL'), timeoutSeconds * 1000);
    child.on('error', (error) => (clearTimeout(stop), reject(error)));
    child.on('close', (code, signal) => {
      clearTimeout(stop);
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code ?? signal}\n${printed.slice(-2000)}`));
    });
  });
}

/** Sends a signal to a process started with `detached`, and to all that it started in its group. */
export function killGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** The first of `names` on PATH as an absolute path, or undefined. */
export function findOnPath(...names) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      if (folder && isExecutable(join(folder, name))) return join(folder, name);
    }
  }
  return undefined;
}

export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
