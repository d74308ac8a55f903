// `npm run check`: types of every folder with a tsconfig, lint, format. Two at a time; each part is one
// line when it holds and its whole output when it does not.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

const cache = 'node_modules/.cache/check';

async function foldersWithTypes() {
  const sources = (await readdir('src')).map((name) => join('src', name));
  return [...sources, 'webview', 'test', 'bench'].filter((folder) => existsSync(join(folder, 'tsconfig.json')));
}

async function partsToCheck() {
  const types = (await foldersWithTypes()).map((folder) => ({
    name: `types ${folder}`,
    command: 'tsc',
    args: ['-p', folder, '--incremental', '--tsBuildInfoFile', `${cache}/${folder.replaceAll('/', '-')}.tsbuildinfo`],
  }));
  const lint = { name: 'lint', command: 'eslint', args: ['.', '--cache', '--cache-location', `${cache}/eslint`] };
  const format = {
    name: 'format',
    command: 'prettier',
    args: ['--check', '.', '--log-level', 'warn', '--cache', '--cache-location', `${cache}/prettier`],
  };
  // The longest first, so that the two lanes end together.
  return [lint, ...types, format];
}

/** Resolves to whether the part holds, having printed what a person needs to mend it. */
function check({ name, command, args }) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [binary(command), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    child.on('close', (code) => {
      const holds = code === 0;
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${holds ? '✓' : '✗'} ${name} (${seconds} s)`);
      if (!holds) console.log(output.trimEnd());
      resolve(holds);
    });
  });
}

function binary(command) {
  const paths = { tsc: 'typescript/bin/tsc', eslint: 'eslint/bin/eslint.js', prettier: 'prettier/bin/prettier.cjs' };
  return join('node_modules', paths[command]);
}

const waiting = await partsToCheck();
const count = waiting.length;
let failed = 0;
async function lane() {
  for (let part = waiting.shift(); part; part = waiting.shift()) if (!(await check(part))) failed += 1;
}
await Promise.all([lane(), lane()]);
console.log(failed ? `${failed} of ${count} parts failed` : `all ${count} parts hold`);
process.exitCode = failed ? 1 : 0;
