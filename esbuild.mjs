// Builds everything that ships into dist/: `node esbuild.mjs [--watch] [--production]`.
// AssemblyScript kernels first (dist/kernels), then one bundle for each place where code runs.
import { build, context } from 'esbuild';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bundledPackages, noticesText } from './thirdPartyNotices.mjs';
import { pageFiles } from './webview/pageFiles.mjs';
import { compileKernels } from './src/analysis/kernels/build.mjs';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');
const require = createRequire(import.meta.url);
const out = 'dist';

const shared = {
  bundle: true,
  sourcemap: production ? false : 'linked',
  minify: production,
  keepNames: true,
  logLevel: 'warning',
  define: { CNNSLICER_VERSION: JSON.stringify(JSON.parse(await readFile('package.json', 'utf8')).version) },
};
const node = { ...shared, platform: 'node', target: 'node20', format: 'cjs' };

/** Half the text to read before the first view; nothing of it goes by a function's name. */
const page = {
  ...shared,
  minify: true,
  keepNames: false,
  outdir: `${out}/webview`,
  platform: 'browser',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
};

/** One entry for each process or thread that runs our code; the folder says where it runs. */
const bundles = [
  { ...node, entryPoints: ['src/extension/extension.ts'], outfile: `${out}/extension.cjs`, external: ['vscode'] },
  // Read by every analysis thread when it starts: two thirds of the text, with all names as they are written.
  {
    ...node,
    ...{ minify: false, minifyWhitespace: true, minifySyntax: true, keepNames: false },
    entryPoints: ['src/analysis/analysisWorker.ts'],
    outfile: `${out}/analysisWorker.cjs`,
  },
  { ...node, entryPoints: ['src/cli/main.ts'], outfile: `${out}/cli.cjs`, banner: { js: '#!/usr/bin/env node' } },
  // The recorder finds tfjs-core in the user's own project: it must never bring a second copy.
  {
    ...node,
    entryPoints: ['src/recorder/runner.ts'],
    outfile: `${out}/recorder.cjs`,
    external: ['@tensorflow/*', 'tsx/*', 'ts-node/*', 'esbuild'],
  },
  // Trainings without a script: the readers of data sets, which other recordings do not load.
  {
    ...node,
    entryPoints: ['src/recorder/modelFile/runModelFile.ts'],
    outfile: `${out}/modelFile.cjs`,
    external: ['@tensorflow/*'],
  },
  // What scripts import `record` from.
  { ...node, entryPoints: ['src/recorder/api/record.ts'], outfile: `${out}/api.cjs` },
  // The recorder of Python scripts, whose part in Python is copied.
  {
    ...node,
    entryPoints: ['src/recorder/python/pythonRecorder.ts'],
    outfile: `${out}/pythonRecorder.cjs`,
    external: ['@tensorflow/*'],
  },
  { ...node, entryPoints: ['src/recorder/writer/writerWorker.ts'], outfile: `${out}/writerWorker.cjs` },
  // TypeScript scripts in workspaces without tsx or ts-node.
  { ...node, entryPoints: ['src/recorder/typescript/stripTypes.ts'], outfile: `${out}/stripTypes.cjs` },
  { ...node, entryPoints: ['src/recorder/typescript/moduleHooks.ts'], outfile: `${out}/moduleHooks.cjs` },
  // The WASM backend, bound to whichever tfjs-core the recorder hands it at run time.
  {
    ...node,
    entryPoints: ['@tensorflow/tfjs-backend-wasm'],
    outfile: `${out}/tfjs/wasmBackend.cjs`,
    external: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu'],
  },
  // The CPU backend likewise, for workspaces of tfjs-core and tfjs-layers alone.
  {
    ...node,
    entryPoints: ['@tensorflow/tfjs-backend-cpu'],
    outfile: `${out}/tfjs/cpuBackend.cjs`,
    external: ['@tensorflow/tfjs-core'],
  },
  // TensorFlow.js itself, for scripts whose workspace has none.
  { ...node, entryPoints: ['@tensorflow/tfjs'], outfile: `${out}/tfjs/tfjs.cjs` },
  // What the first picture needs, what all views share, and the other views are files of their own.
  {
    ...page,
    entryPoints: { viewer: 'webview/main.tsx' },
    format: 'esm',
    splitting: true,
    chunkNames: '[name]-[hash]',
    metafile: true,
    plugins: [pageFiles(`${out}/webview`)],
  },
  // A report is one file with all views in it.
  { ...page, entryPoints: { report: 'webview/report/main.tsx' }, format: 'esm' },
  // Before the views in a plain browser, and not a module: those wait for the page.
  { ...page, entryPoints: { begin: 'webview/begin.ts' }, format: 'iife' },
];

async function copyAssets() {
  await cp('src/recorder/api/cnnslicer.d.ts', `${out}/api.d.ts`);
  const ofPython = (path) => !/__pycache__|\.toml$/.test(path);
  await cp('src/python', `${out}/python`, { recursive: true, filter: ofPython });
  const wasmBackend = dirname(require.resolve('@tensorflow/tfjs-backend-wasm'));
  await mkdir(`${out}/tfjs`, { recursive: true });
  for (const name of await readdir(wasmBackend)) {
    if (name.endsWith('.wasm')) await cp(join(wasmBackend, name), `${out}/tfjs/${name}`);
  }
  const grammars = join(dirname(require.resolve('@vscode/tree-sitter-wasm/package.json')), 'wasm');
  await mkdir(`${out}/tree-sitter`, { recursive: true });
  for (const name of [
    'tree-sitter.wasm',
    'tree-sitter-javascript.wasm',
    'tree-sitter-typescript.wasm',
    'tree-sitter-tsx.wasm',
    'tree-sitter-python.wasm',
  ]) {
    await cp(join(grammars, name), `${out}/tree-sitter/${name}`);
  }
}

/** CommonJS under "type": "module": Node must be told so for the `.js` that a bundle may load. */
async function writeMarker() {
  await writeFile(`${out}/package.json`, '{ "type": "commonjs" }\n');
}

// A package is made from nothing; daily builds overwrite in place, so that what runs meanwhile finds its files.
if (production) await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all([compileKernels(`${out}/kernels`), copyAssets(), writeMarker()]);
if (watch) {
  const contexts = await Promise.all(bundles.map((options) => context({ ...options, logLevel: 'info' })));
  await Promise.all(contexts.map((one) => one.rebuild()));
  // The line that the task "watch" waits for.
  console.log('all bundles are built; watching for changes');
  await Promise.all(contexts.map((one) => one.watch()));
} else {
  const built = await Promise.all(bundles.map((options) => build({ ...options, metafile: true })));
  const packages = bundledPackages(built.map(({ metafile }) => metafile));
  await writeFile(`${out}/ThirdPartyNotices.txt`, await noticesText(packages));
}
