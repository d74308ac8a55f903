// Bundles the host suites for the extension host, one file a suite, into a folder; mocha and vscode stay outside.
import { build } from 'esbuild';
import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Resolves to the file that the extension host is to load. */
export async function buildHostSuites(to = 'out/host') {
  const folder = 'test/host';
  const names = await readdir(folder);
  const suites = names.filter((name) => name.endsWith('.test.ts'));
  await rm(to, { recursive: true, force: true });
  await build({
    entryPoints: ['index.ts', ...suites].map((name) => join(folder, name)),
    outdir: to,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  return resolve(to, 'index.cjs');
}
