/** `cnnslicer doctor`: which engines this folder's scripts can train on, what is missing, how to get it. */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { tableLines } from '../console.js';
import type { Invocation } from '../invocation.js';
import { installNative } from '../nativeEngine/installNative.js';
import { installedNativeFolder, NATIVE_VERSIONS } from '../../launch/nativeEngine.js';
import { defaultRunsFolder } from '../runArgument.js';

export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'missing' | 'broken';
  /** Version or reason. */
  readonly detail: string;
  /** How to get it; empty when nothing is to be done. */
  readonly remedy: string;
}

const WORKSPACE_REMEDY = 'Not needed: training runs on WASM, or on the native engine if it is installed.';
const NATIVE_REMEDY =
  'Not needed: training runs on WASM, about 2 to 3 times slower. "cnnslicer doctor --install-native" builds it.';

interface DoctorOptions {
  readonly installNative?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function addDoctorCommand(program: Command, invocation: Invocation): void {
  program
    .command('doctor')
    .description('show engines and versions, and how to install what is missing')
    .option('--install-native', 'build the native engine in the cache folder (about 1 GB; npm, pip and a C++ compiler)')
    .option('--force', 'with --install-native: build it again')
    .option('--json', 'print JSON')
    .action(async (options: DoctorOptions) => {
      if (options.installNative) await install(invocation, options.force ?? false);
      const findings = await examine(invocation);
      if (options.json) return invocation.console.json(findings);
      const rows = findings.map((finding) => [finding.what, finding.state, finding.detail]);
      for (const line of tableLines(['what', 'state', 'detail'], rows, ['left', 'left', 'left'])) {
        invocation.console.result(line);
      }
      for (const { what, remedy } of findings) if (remedy) invocation.console.result(`${what}: ${remedy}`);
    });
}

async function install({ console, signal }: Invocation, force: boolean): Promise<void> {
  const { folder, wasThere } = await installNative({
    environment: process.env,
    signal,
    force,
    progress: (step, count, doing) => console.message(`step ${step} of ${count}: ${doing}`),
  });
  console.message(wasThere ? `the native engine is already in ${folder}` : `the native engine is in ${folder}`);
}

async function examine({ workingFolder, distFolder }: Invocation): Promise<Finding[]> {
  return [
    nodeFinding(process.versions.node),
    await fileFinding('WASM engine', join(distFolder, 'tfjs', 'tfjs-backend-wasm-simd.wasm')),
    await fileFinding('analysis kernels', join(distFolder, 'kernels')),
    packageFinding('@tensorflow/tfjs', workingFolder),
    await workspaceNativeFinding(workingFolder),
    await builtNativeFinding(),
    await writableFinding(defaultRunsFolder(workingFolder)),
  ];
}

function nodeFinding(version: string): Finding {
  const [major, minor] = version.split('.').map(Number);
  const fits = major > 20 || (major === 20 && minor >= 19);
  return {
    what: 'Node.js',
    state: fits ? 'ok' : 'broken',
    detail: version,
    remedy: fits ? '' : 'Install Node.js 20.19 or newer.',
  };
}

async function fileFinding(what: string, path: string): Promise<Finding> {
  const there = await access(path).then(
    () => true,
    () => false,
  );
  return there
    ? { what, state: 'ok', detail: 'built in', remedy: '' }
    : { what, state: 'broken', detail: 'a file of this installation is missing', remedy: 'Install CNNSlicer again.' };
}

function packageFinding(name: string, workingFolder: string): Finding {
  const version = resolvedVersion(name, workingFolder);
  return version === null
    ? { what: name, state: 'missing', detail: 'not in this folder; the built-in copy is used', remedy: '' }
    : { what: name, state: 'ok', detail: version, remedy: '' };
}

function resolvedVersion(name: string, workingFolder: string): string | null {
  try {
    const require = createRequire(join(workingFolder, 'package.json'));
    const { version } = require(`${name}/package.json`) as { version: string };
    return version;
  } catch {
    return null;
  }
}

async function workspaceNativeFinding(workingFolder: string): Promise<Finding> {
  const what = '@tensorflow/tfjs-node';
  const version = resolvedVersion(what, workingFolder);
  if (version === null) return { what, state: 'missing', detail: 'not in this folder', remedy: WORKSPACE_REMEDY };
  const reason = await reasonNotLoading(workingFolder);
  return reason === null
    ? { what, state: 'ok', detail: version, remedy: '' }
    : { what, state: 'broken', detail: `${version}, but it does not load: ${reason}`, remedy: WORKSPACE_REMEDY };
}

/** What --install-native has built. */
async function builtNativeFinding(): Promise<Finding> {
  const what = 'native engine';
  const folder = installedNativeFolder(process.env);
  if (folder === null) return { what, state: 'missing', detail: 'not installed', remedy: NATIVE_REMEDY };
  const reason = await reasonNotLoading(folder);
  const { tfjsNode, libtensorflow } = NATIVE_VERSIONS;
  const detail = `tfjs-node ${tfjsNode} on libtensorflow ${libtensorflow} in ${folder}`;
  if (reason === null) return { what, state: 'ok', detail, remedy: '' };
  const remedy = 'Run "cnnslicer doctor --install-native --force".';
  return { what, state: 'broken', detail: `${detail}, but it does not load: ${reason}`, remedy };
}

const LOAD = `require('node:util').isNullOrUndefined ??= (value) => value == null;
  require('@tensorflow/tfjs-node').ready().then(() => process.exit(0))`;

/** Loaded in a process of its own, as a native library that does not fit may abort; null when it loads. */
async function reasonNotLoading(folder: string): Promise<string | null> {
  try {
    await promisify(execFile)(process.execPath, ['-e', LOAD], { cwd: folder, timeout: 60_000 });
    return null;
  } catch (error) {
    return firstLine(error);
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  const lines = text.split('\n').map((line) => line.trim());
  return lines.find((line) => line.startsWith('Error')) ?? lines.find((line) => line !== '') ?? 'no reason given';
}

async function writableFinding(folder: string): Promise<Finding> {
  const nearest = await nearestExisting(folder);
  const writable = await access(nearest, constants.W_OK).then(
    () => true,
    () => false,
  );
  return {
    what: 'runs folder',
    state: writable ? 'ok' : 'broken',
    detail: folder,
    remedy: writable ? '' : `${nearest} is not writable: specify another folder with --out.`,
  };
}

async function nearestExisting(folder: string): Promise<string> {
  for (let path = folder; ; path = dirname(path)) {
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there || path === dirname(path)) return path;
  }
}
