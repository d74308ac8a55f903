/**
 * What the extension costs its host, in the real workbench: a file of 200 layers and ten large runs. The host is
 * started twice: without a profiler for the blocks that people have and for memory, and with one, which makes blocks
 * longer, to tell ours from those of the editor.
 *   node --import tsx bench/host/measure.ts [--runs 10] [--broken 0] [--gib 0.5] [--rounds 20]
 *     [--extension FOLDER] [--workspace FOLDER]
 * Needs dist/ (npm run build; --production for what ships). Prints JSON, milliseconds and MB; about 7 minutes.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { newPage, openBrowser } from '../../test/workbench/browser.js';
import { startServer } from '../../test/workbench/server.js';
import type { Measurement } from './suite.js';
import { epochsFor, LARGE, writeLargeRun, writeLayerScript } from '../generate/largeRun.js';

const LONGEST_MS = 15 * 60_000;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    gib: { type: 'string', default: '0.5' },
    /** How often each view is opened and closed without the profiler; with it a quarter of that. */
    rounds: { type: 'string', default: '20' },
    /** So many of the runs, the newest, are cut off in their manifest: they shall hide no other. */
    broken: { type: 'string', default: '0' },
    extension: { type: 'string', default: '.' },
    /** A folder that has large runs already; it stays. */
    workspace: { type: 'string' },
  },
});

/** CNNSLICER_PROFILES names a folder for a .cpuprofile of each phase. */
const profiles = process.env['CNNSLICER_PROFILES'];
const profilesFolder: Readonly<Record<string, string>> =
  profiles === undefined ? {} : { CNNSLICER_PROFILES: resolve(profiles) };

async function makeWorkspace(): Promise<string> {
  const workspace = await mkdtemp(join(tmpdir(), 'cnnslicer-large-'));
  const sizes = LARGE;
  const whole = { ...sizes, epochs: epochsFor(Number(values.gib) * 2 ** 30, sizes) };
  await writeLayerScript(workspace, whole);
  for (let run = 0; run < Number(values.runs); run++) {
    const { folder, byteCount } = await writeLargeRun(workspace, run, whole);
    if (run >= Number(values.runs) - Number(values.broken)) await truncate(join(folder, 'zarr.json'), 1000);
    console.error(`${folder}: ${(byteCount / 2 ** 30).toFixed(2)} GiB`);
  }
  return workspace;
}

async function measure(workspace: string, measurement: Measurement): Promise<unknown> {
  const { output } = measurement;
  const suite = resolve('out/bench/hostSuite.cjs');
  await build({
    entryPoints: ['bench/host/suite.ts'],
    outfile: suite,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning',
  });
  const server = await startServer({
    smokeTestDriver: true,
    env: { CNNSLICER_MEASUREMENTS: JSON.stringify(measurement), ...profilesFolder },
  });
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
    return JSON.parse(await readFile(output, 'utf8'));
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
  const rounds = Number(values.rounds);
  const runs = (await readdir(join(workspace, '.cnnslicer', 'runs'))).length;
  const output = (name: string): string => join(results, `${name}.json`);
  const plain = await measure(workspace, { output: output('plain'), profiler: false, rounds });
  console.error('measured without the profiler');
  const profiled = await measure(workspace, {
    output: output('profiled'),
    profiler: true,
    rounds: Math.ceil(rounds / 4),
  });
  console.log(JSON.stringify({ layers: LARGE.layers, runs, measured: [plain, profiled] }, null, 2));
} finally {
  await rm(results, { recursive: true, force: true });
  if (!values.workspace) await rm(workspace, { recursive: true, force: true });
}
