/**
 * What the extension costs its host, in the real workbench: a file of 200 layers and ten large runs.
 *   node --import tsx bench/host/measure.ts [--runs 10] [--gib 0.5] [--extension FOLDER] [--workspace FOLDER]
 * Needs dist/ (npm run build; --production for what ships). Prints JSON: milliseconds and MB.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { newPage, openBrowser } from '../../test/workbench/browser.js';
import { startServer } from '../../test/workbench/server.js';
import { epochsFor, LARGE, writeLargeRun, writeLayerScript } from '../generate/largeRun.js';

const LONGEST_MS = 15 * 60_000;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    gib: { type: 'string', default: '0.5' },
    extension: { type: 'string', default: '.' },
    /** A folder that has large runs already; it stays. */
    workspace: { type: 'string' },
  },
});

/** CNNSLICER_PROFILES names a folder for a .cpuprofile of each phase. */
const profiles = process.env['CNNSLICER_PROFILES'];
const profiled: Readonly<Record<string, string>> =
  profiles === undefined ? {} : { CNNSLICER_PROFILES: resolve(profiles) };

async function makeWorkspace(): Promise<string> {
  const workspace = await mkdtemp(join(tmpdir(), 'cnnslicer-large-'));
  const sizes = LARGE;
  const whole = { ...sizes, epochs: epochsFor(Number(values.gib) * 2 ** 30, sizes) };
  await writeLayerScript(workspace, whole);
  for (let run = 0; run < Number(values.runs); run++) {
    const { folder, byteCount } = await writeLargeRun(workspace, run, whole);
    console.error(`${folder}: ${(byteCount / 2 ** 30).toFixed(2)} GiB`);
  }
  return workspace;
}

async function measure(workspace: string, output: string): Promise<void> {
  const suite = resolve('out/bench/hostSuite.cjs');
  await build({ entryPoints: ['bench/host/suite.ts'], outfile: suite, bundle: true, platform: 'node', target: 'node20', format: 'cjs', external: ['vscode'], logLevel: 'warning' }); // prettier-ignore
  const server = await startServer({ smokeTestDriver: true, env: { CNNSLICER_MEASUREMENTS: output, ...profiled } });
  const browser = await openBrowser();
  try {
    const { page } = await newPage(browser);
    const said: string[] = [];
    const ended = new Promise<number>((done, failed) => {
      setTimeout(
        () => failed(new Error(`no end within ${LONGEST_MS / 1000} s\n${said.join('\n')}`)),
        LONGEST_MS,
      ).unref();
      void page.exposeFunction('codeAutomationExit', (code: number) => done(code));
    });
    await page.exposeFunction('codeAutomationLog', (type: string, words: unknown[]) =>
      said.push(`${type}: ${words.join(' ')}`),
    );
    await page.goto(urlOf(server.port, workspace, suite));
    const code = await ended;
    if (code !== 0 || !existsSync(output)) throw new Error(`the host ended with ${code}\n${said.join('\n')}`);
  } finally {
    await browser.close();
    await server.stop();
  }
}

function urlOf(port: number, folder: string, suite: string): string {
  const remote = (path: string): string => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload = JSON.stringify([
    ['extensionDevelopmentPath', remote(resolve(values.extension))],
    ['extensionTestsPath', remote(suite)],
  ]);
  return `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(payload)}`;
}

const workspace = values.workspace ? resolve(values.workspace) : await makeWorkspace();
const results = await mkdtemp(join(tmpdir(), 'cnnslicer-measured-'));
try {
  const output = join(results, 'measurements.json');
  await measure(workspace, output);
  console.log(await readFile(output, 'utf8'));
} finally {
  await rm(results, { recursive: true, force: true });
  if (!values.workspace) await rm(workspace, { recursive: true, force: true });
}
