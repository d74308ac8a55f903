/** The Python that runs a training script: the one chosen in the Python extension, else the one that the workspace has. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { ENVIRONMENT_FOLDERS, pythonOfEnvironment } from '../../launch/pythonInterpreter.js';
import { checkPython, firstPython } from './pythonVersion.js';
import { scriptEnvironment } from './scriptEnvironment.js';

/** The part of the Python extension's public API that is used here. */
interface PythonExtension {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly id: string; readonly path: string };
    resolveEnvironment(environment: {
      readonly id: string;
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
  };
}

/** Checked: it starts, is new enough and has a framework. `root` is the folder that the script runs in. */
export async function pythonFor(script: vscode.Uri, root: string): Promise<string> {
  const environment = scriptEnvironment(process.env);
  const python = (await chosenPython(script, root)) ?? (await firstPython(['python3', 'python'], root, environment));
  await checkPython(python, root, environment);
  return python;
}

/** Without the PATH; null where nobody has chosen one and the workspace has no virtual environment. */
export async function chosenPython(script: vscode.Uri, root: string): Promise<string | null> {
  const configured = vscode.workspace.getConfiguration('cnnslicer', script).get('python', '').trim();
  return (await ofExtension(script)) ?? virtualEnvironment(root) ?? (configured === '' ? null : configured);
}

/** Null where the extension is not installed, or has no environment that can be used. */
async function ofExtension(script: vscode.Uri): Promise<string | null> {
  const extension = vscode.extensions.getExtension<PythonExtension>('ms-python.python');
  if (!extension) return null;
  try {
    const { environments } = await extension.activate();
    // The path may be a folder, and may be of nothing that is still there.
    const resolved = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(script));
    return resolved?.executable.uri?.fsPath ?? null;
  } catch {
    return null; // An extension that fails to start chooses nothing.
  }
}

function virtualEnvironment(root: string): string | null {
  const places = ENVIRONMENT_FOLDERS.map((folder) => pythonOfEnvironment(join(root, folder)));
  return places.find((python) => python !== null) ?? null;
}
