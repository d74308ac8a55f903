/**
 * The steps by which the native engine is made: tfjs-node from npm, libtensorflow out of Python's wheel,
 * and the binding between them. Each can be run again where it was broken off.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NATIVE_VERSIONS } from '../../launch/nativeEngine.js';
import type { ToolCall } from './runTool.js';

export interface Building {
  /** Where it is built; moved as a whole when it is done. */
  readonly folder: string;
  /** A Python that has pip. */
  readonly python: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Runs a program; what it says when it fails becomes a Failure of the step. */
export type CallTool = (tool: ToolCall) => Promise<string>;

export interface Step {
  /** A file name: that the step is done is noted under it. */
  readonly name: string;
  /** "downloading …": for progress and failures. */
  readonly doing: string;
  /** What to try when it fails. */
  readonly tryThis: string;
  run(building: Building, call: CallTool): Promise<void>;
}

const { tfjsNode, libtensorflow } = NATIVE_VERSIONS;
const DOWNLOAD_REMEDY =
  'Check that the network and the package registry can be reached, and run the command again; it continues where it stopped';

export const STEPS: readonly Step[] = [
  {
    name: 'npm',
    doing: `installing @tensorflow/tfjs-node ${tfjsNode} from npm`,
    tryThis: DOWNLOAD_REMEDY,
    run: installPackage,
  },
  {
    name: 'wheel',
    doing: `downloading libtensorflow ${libtensorflow} with pip (207 MB)`,
    tryThis: DOWNLOAD_REMEDY,
    run: downloadWheel,
  },
  {
    name: 'libraries',
    doing: 'unpacking libtensorflow (614 MB)',
    tryThis: 'Run the command again with --force, which downloads it again',
    run: unpackLibraries,
  },
  {
    name: 'binding',
    doing: 'building the binding with node-gyp',
    tryThis: 'Install a C++ compiler and make (Debian: apt-get install build-essential), and run the command again',
    run: buildBinding,
  },
  {
    name: 'check',
    doing: 'loading the native engine',
    tryThis: 'Run the command again with --force, or train on WASM',
    run: loadOnce,
  },
  { name: 'tidy', doing: 'removing what is no longer needed', tryThis: 'Run the command again', run: removeLeftovers },
];

function tfjsNodeIn({ folder }: Building): string {
  return join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
}

/** Its own install script would download a library that is no longer there. */
async function installPackage(building: Building, call: CallTool): Promise<void> {
  const manifest = { private: true, dependencies: { '@tensorflow/tfjs-node': tfjsNode } };
  await writeFile(join(building.folder, 'package.json'), JSON.stringify(manifest, null, 2));
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund'];
  await call({ program: 'npm', args, cwd: building.folder, environment: building.environment });
}

/** The tags are named, so that any Python will do: nothing of the wheel is run. */
async function downloadWheel(building: Building, call: CallTool): Promise<void> {
  const tags = [
    '--python-version',
    '3.11',
    '--implementation',
    'cp',
    '--abi',
    'cp311',
    '--platform',
    'manylinux2014_x86_64',
  ];
  const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', ...tags, '--dest', wheelFolder(building)];
  const environment = { ...building.environment, PIP_DISABLE_PIP_VERSION_CHECK: '1' };
  await call({ program: building.python, args: [...args, `tensorflow-cpu==${libtensorflow}`], environment });
}

function wheelFolder({ folder }: Building): string {
  return join(folder, 'wheel');
}

/** A wheel is a zip archive; Python reads those, and is here. */
const UNPACK = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    wanted = ('tensorflow/libtensorflow', 'tensorflow/include/')
    wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name.startswith(wanted)])
`;

async function unpackLibraries(building: Building, call: CallTool): Promise<void> {
  const [wheel] = (await readdir(wheelFolder(building))).filter((name) => name.endsWith('.whl'));
  const unpacked = join(building.folder, 'unpacked');
  const args = ['-c', UNPACK, join(wheelFolder(building), wheel ?? ''), unpacked];
  await call({ program: building.python, args, environment: building.environment });
  const deps = join(tfjsNodeIn(building), 'deps');
  await rm(deps, { recursive: true, force: true });
  await mkdir(join(deps, 'lib'), { recursive: true });
  await rename(join(unpacked, 'tensorflow', 'include'), join(deps, 'include'));
  for (const [file, name] of [
    ['libtensorflow_cc.so.2', 'libtensorflow.so'],
    ['libtensorflow_framework.so.2', 'libtensorflow_framework.so'],
  ] as const) {
    await rename(join(unpacked, 'tensorflow', file), join(deps, 'lib', file));
    await symlink(file, join(deps, 'lib', name));
  }
}

/** Run by npm, which brings node-gyp. Headers beside the running Node spare a download. */
async function buildBinding(building: Building, call: CallTool): Promise<void> {
  const cwd = tfjsNodeIn(building);
  const headers = dirname(dirname(process.execPath));
  const local = existsSync(join(headers, 'include', 'node', 'node_api.h')) ? { npm_config_nodedir: headers } : {};
  const options = [
    '--module_name=tfjs_binding',
    `--module_path=${join(cwd, 'lib', 'napi-v8')}`,
    '--napi_build_version=8',
  ];
  const script = ['exec', '-c', `node-gyp rebuild ${options.map((option) => `'${option}'`).join(' ')}`];
  await call({ program: 'npm', args: script, cwd, environment: { ...local, ...building.environment } });
}

const LOAD = `
require('node:util').isNullOrUndefined ??= (value) => value == null;
const tf = require('@tensorflow/tfjs-node');
if (tf.getBackend() !== 'tensorflow' || tf.scalar(2).square().dataSync()[0] !== 4) throw new Error('it does not compute');
`;

async function loadOnce(building: Building, call: CallTool): Promise<void> {
  await call({
    program: process.execPath,
    args: ['-e', LOAD],
    cwd: building.folder,
    environment: building.environment,
  });
}

/** The wheel, the headers and what the compiler left: 370 MB. */
async function removeLeftovers(building: Building): Promise<void> {
  const inPackage = ['deps/include', 'build'].map((name) => join(tfjsNodeIn(building), name));
  for (const path of [wheelFolder(building), join(building.folder, 'unpacked'), ...inPackage]) {
    await rm(path, { recursive: true, force: true });
  }
}
