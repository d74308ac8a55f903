// Makes cnnslicer-<version>.vsix and its .sha256 from the production build in dist/, and refuses a package
// that a user should not get: too large, native, with sources, or missing a file that the extension reads.
//   node test/package.mjs [--compare]    --compare builds once more from nothing and demands equal bytes
import { createVSIX } from '@vscode/vsce';
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { faultsOf, filesInZip } from './packaging/contents.mjs';
import { run } from './setup/shell.mjs';

/** Same files, same bytes: no clock, no time zone and no folder order reaches the archive. */
async function makePackage(path) {
  process.env.SOURCE_DATE_EPOCH = String(Date.UTC(2000, 0, 1) / 1000);
  process.env.TZ = 'UTC';
  await createVSIX({
    packagePath: path,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return readFile(path);
}

async function builtFiles() {
  const entries = await readdir('dist', { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function compareWithAnotherBuild(bytes) {
  await run(process.execPath, ['esbuild.mjs', '--production']);
  const again = `${path}.again`;
  const other = await makePackage(again);
  await rm(again);
  if (!bytes.equals(other)) throw new Error('two clean builds made different packages');
}

const { name, version } = JSON.parse(await readFile('package.json', 'utf8'));
const path = `${name}-${version}.vsix`;
const started = performance.now();
const bytes = await makePackage(path);
const files = filesInZip(bytes);
const faults = faultsOf(files, bytes.length, await builtFiles());
if (faults.length > 0) throw new Error(`${path} is not fit to ship:\n${faults.join('\n')}`);
if (process.argv.includes('--compare')) await compareWithAnotherBuild(bytes);
const digest = createHash('sha256').update(bytes).digest('hex');
await writeFile(`${path}.sha256`, `${digest}  ${path}\n`);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  `${path}: ${files.length} files, ${(bytes.length / 1e6).toFixed(2)} MB, sha256 ${digest.slice(0, 16)}… (${seconds} s)`,
);
