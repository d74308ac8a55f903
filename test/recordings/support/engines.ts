/** The engines that scripts can be recorded on here, and the packages that a workspace has for each. */
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { installedNativeFolder } from '../../../src/launch/nativeEngine.js';
import { Workspace } from '../../recorder/support/workspace.js';

export interface Engine {
  readonly name: 'wasm' | 'tensorflow';
  /** Why it cannot be had; null when it can. */
  readonly missing: string | null;
  /** A workspace with these packages and, on the native engine, tfjs-node among them. */
  workspace(packages?: readonly string[]): Workspace;
  /** One thread: with more, libtensorflow adds in another order each time. */
  readonly environment: NodeJS.ProcessEnv;
}

const native = installedNativeFolder(process.env);

export const ENGINES: readonly Engine[] = [
  {
    name: 'wasm',
    missing: null,
    workspace: (packages) => new Workspace(packages),
    environment: {},
  },
  {
    name: 'tensorflow',
    missing: native ? null : 'no native engine: cnnslicer doctor --install-native builds it',
    workspace: (packages) => nativeWorkspace(native as string, packages),
    environment: { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1', TF_CPP_MIN_LOG_LEVEL: '2' },
  },
];

/** The workspace's own tfjs-node, as after an installation that worked. */
function nativeWorkspace(folder: string, packages: readonly string[] = []): Workspace {
  const workspace = new Workspace(packages.filter((name) => !name.startsWith('@tensorflow/')));
  const modules = join(workspace.folder, 'node_modules');
  if (!existsSync(modules)) mkdirSync(modules);
  symlinkSync(join(folder, 'node_modules', '@tensorflow'), join(modules, '@tensorflow'));
  return workspace;
}
