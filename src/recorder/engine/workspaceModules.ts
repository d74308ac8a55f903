/**
 * Which TensorFlow.js packages the user's script would get, seen from the folder that the script lies in.
 * Loading goes through the script's own `require`, so that there is one instance of each package.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TensorFlow } from './engineTypes.js';

export interface Workspace {
  /** Folder of the user's script. */
  readonly resolveFrom: string;
  /** A `require` of Node's; only its resolution from `resolveFrom` is used. */
  readonly require: NodeJS.Require;
}

export interface LoadedPackage {
  readonly tf: TensorFlow;
  /** Absolute path of the file that `require(name)` runs. */
  readonly entry: string;
  readonly version: string;
}

/** Absolute path of the file that the script gets for `name`, or null when the workspace has no such package. */
export function resolvePackage({ require, resolveFrom }: Workspace, name: string): string | null {
  try {
    return require.resolve(name, { paths: [resolveFrom] });
  } catch {
    return null;
  }
}

/** Loads the first of `names` that the workspace has; what the package itself throws passes through. */
export function loadFirst(workspace: Workspace, names: readonly string[]): LoadedPackage | null {
  for (const name of names) {
    const entry = resolvePackage(workspace, name);
    // Any package of ours that is named here exports all of tfjs-core.
    if (entry) return { entry, tf: workspace.require(entry) as TensorFlow, version: packageVersion(entry) };
  }
  return null;
}

/** The version of the package that owns `entry`, or '' when its package.json cannot be found. */
export function packageVersion(entry: string): string {
  const folder = packageFolder(entry);
  if (!folder) return '';
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: string };
  return version ?? '';
}

/** Whether a tfjs-node package has its compiled addon: without it, loading fails half-way. */
export function hasNativeAddon(entry: string): boolean {
  const lib = join(packageFolder(entry) ?? dirname(entry), 'lib');
  if (!existsSync(lib)) return false;
  return readdirSync(lib).some((name) => existsSync(join(lib, name, 'tfjs_binding.node')));
}

function packageFolder(entry: string): string | null {
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && 'version' in (JSON.parse(readFileSync(manifest, 'utf8')) as object)) return folder;
  }
  return null;
}
