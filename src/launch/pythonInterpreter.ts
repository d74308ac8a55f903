/** Which Python runs a script where nobody has chosen one. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** What virtual environments are called. */
export const ENVIRONMENT_FOLDERS = ['.venv', 'venv', 'env'];

export function isPythonScript(file: string): boolean {
  return /\.pyw?$/i.test(file);
}

/** The Python of an environment's folder; null where there is none. */
export function pythonOfEnvironment(folder: string): string | null {
  const file = process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  return existsSync(file) ? file : null;
}

/**
 * The active virtual or conda environment's; that of `.venv`, `venv` or `env` in the script's folder or one above it,
 * up to `workspace`; else a name for the PATH.
 */
export function defaultPython(script: string, workspace: string, environment: NodeJS.ProcessEnv): string {
  const active = [environment['VIRTUAL_ENV'], environment['CONDA_PREFIX']].filter((folder) => folder !== undefined);
  const folders = foldersUpTo(dirname(resolve(script)), resolve(workspace));
  const places = [...active, ...folders.flatMap((folder) => ENVIRONMENT_FOLDERS.map((name) => join(folder, name)))];
  for (const place of places) {
    const python = pythonOfEnvironment(place);
    if (python !== null) return python;
  }
  return process.platform === 'win32' ? 'python' : 'python3';
}

/** `folder` and those above it, the nearest first; `folder` alone where it is not inside `top`. */
function foldersUpTo(folder: string, top: string): string[] {
  const found = [folder];
  for (let at = folder; at !== top; at = dirname(at)) {
    if (dirname(at) === at) return [folder];
    found.push(dirname(at));
  }
  return found;
}
