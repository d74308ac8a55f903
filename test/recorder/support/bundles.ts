/**
 * The recorder's bundles as they ship: those in dist/ after a build, else built alike into a temporary
 * folder. Beside them a runner that starts the same engine and records nothing, to compare with.
 */
import { build, type Plugin } from 'esbuild';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface Bundles {
  /** Folder of recorder.cjs. */
  readonly dist: string;
  /** Runs a script on the engine that the recorder would start, unrecorded. */
  readonly bareRunner: string;
}

const EXTERNAL = ['@tensorflow/*', 'tsx/*', 'ts-node/*', 'esbuild'];
const CORE = '@tensorflow/tfjs-core';
const ENTRIES: readonly (readonly [entry: string, file: string, external: readonly string[]])[] = [
  ['src/recorder/runner.ts', 'recorder.cjs', EXTERNAL],
  ['src/recorder/modelFile/runModelFile.ts', 'modelFile.cjs', EXTERNAL],
  ['src/recorder/python/pythonRecorder.ts', 'pythonRecorder.cjs', []],
  ['src/recorder/api/record.ts', 'api.cjs', []],
  ['src/recorder/writer/writerWorker.ts', 'writerWorker.cjs', []],
  ['src/recorder/typescript/stripTypes.ts', 'stripTypes.cjs', []],
  ['src/recorder/typescript/moduleHooks.ts', 'moduleHooks.cjs', []],
  ['@tensorflow/tfjs-backend-wasm', 'tfjs/wasmBackend.cjs', [CORE, '@tensorflow/tfjs-backend-cpu']],
  ['@tensorflow/tfjs-backend-cpu', 'tfjs/cpuBackend.cjs', [CORE]],
  ['@tensorflow/tfjs', 'tfjs/tfjs.cjs', []],
];

let found: Promise<Bundles> | undefined;

export function bundles(): Promise<Bundles> {
  return (found ??= findOrBuild());
}

async function findOrBuild(): Promise<Bundles> {
  const folder = mkdtempSync(join(tmpdir(), 'cnnslicer-recorder-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const shipped = process.env.CNNSLICER_DIST ?? join(root, 'dist');
  const isBuilt = ENTRIES.every(([, file]) => existsSync(join(shipped, file))) && existsSync(join(shipped, 'kernels'));
  const dist = isBuilt ? shipped : folder;
  if (!isBuilt) await buildInto(folder);
  const bareRunner = join(folder, 'bareRunner.cjs');
  await bundle('test/recorder/support/bareRunner.ts', bareRunner, EXTERNAL, {
    DIST: JSON.stringify(dist),
  });
  return { dist, bareRunner };
}

async function buildInto(folder: string): Promise<void> {
  mkdirSync(join(folder, 'tfjs'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  const { compileKernels } = (await import('../../../src/analysis/kernels/build.mjs' as string)) as {
    compileKernels(folder: string): Promise<void>;
  };
  await Promise.all([
    compileKernels(join(folder, 'kernels')),
    ...ENTRIES.map(([entry, file, external]) => bundle(entry, join(folder, file), external)),
  ]);
  const wasm = dirname(createRequire(join(root, 'package.json')).resolve('@tensorflow/tfjs-backend-wasm'));
  for (const name of readdirSync(wasm))
    if (name.endsWith('.wasm')) cpSync(join(wasm, name), join(folder, 'tfjs', name));
}

/** A change of one source file: `text` in it becomes `broken`. */
export interface Sabotage {
  /** Path from the root. */
  readonly file: string;
  readonly text: string;
  readonly broken: string;
}

/** The recorder, or another of its bundles, broken on purpose, beside links to all else that ships; `remove` takes it away. */
export async function brokenRecorder(
  sabotage: Sabotage,
  name = 'recorder.cjs',
): Promise<{ recorderFile: string; remove(): void }> {
  const { dist } = await bundles();
  const folder = mkdtempSync(join(tmpdir(), 'cnnslicer-broken-'));
  const recorderFile = join(folder, name);
  for (const other of readdirSync(dist)) if (other !== name) symlinkSync(join(dist, other), join(folder, other));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const [entry, , external] = ENTRIES.find(([, file]) => file === name)!;
  await bundle(entry, recorderFile, external, {}, [sabotagePlugin(sabotage)]);
  return { recorderFile, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function sabotagePlugin({ file, text, broken }: Sabotage): Plugin {
  const name = 'sabotage';
  const filter = new RegExp(`${file.replaceAll('/', '[\\\\/]').replaceAll('.', '\\.')}$`);
  return {
    name,
    setup(build) {
      build.onLoad({ filter }, ({ path }) => {
        const source = readFileSync(path, 'utf8');
        if (source.split(text).length !== 2) throw new Error(`${file} does not hold "${text}" exactly once`);
        return { contents: source.replace(text, () => broken), loader: 'ts' };
      });
    },
  };
}

async function bundle(
  entry: string,
  outfile: string,
  external: readonly string[],
  define: Record<string, string> = {},
  plugins: Plugin[] = [],
): Promise<void> {
  await build({
    plugins,
    entryPoints: [entry],
    outfile,
    external: [...external],
    define: { CNNSLICER_VERSION: '"test"', ...define },
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    keepNames: true,
    logLevel: 'warning',
  });
}
