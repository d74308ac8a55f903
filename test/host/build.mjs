// Bundles the host suites for the extension host, one file a suite, into out/host; mocha and vscode stay outside.
import { build } from 'esbuild';
import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export const hostEntry = resolve('out/host/index.cjs');

export async function buildHostSuites() {
  const folder = 'test/host';
  const names = await readdir(folder);
  const suites = names.filter((name) => name.endsWith('.test.ts'));
  await rm('out/host', { recursive: true, force: true });
  await build({
    entryPoints: ['index.ts', ...suites].map((name) => join(folder, name)),
    outdir: 'out/host',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
}
