/**
 * A suite inside the extension host of the real workbench, with the host's system calls traced: what the extension does
 * there is seen by the kernel's side too.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { newPage, openBrowser } from '../workbench/browser.js';
import { startServer } from '../workbench/server.js';

export interface HostTrial {
  /** Exports `run`, which ends with `finish` of host/trial.ts. */
  readonly suite: URL;
  readonly workspace: string;
  readonly restricted: boolean;
  readonly seconds: number;
  /** What the suite is told; JSON. */
  readonly told: unknown;
}

export interface HostTrialOutcome<T> {
  readonly said: T;
  /** Lines of strace: execve, opens for writing, renames, sockets of the host and all that it started. */
  readonly calls: readonly string[];
}

const TRACED = 'execve,open,openat,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,connect,bind';

/** Needs strace, a workbench and Chromium; throws where one is missing or the suite does not end. */
export async function runInHost<T>(trial: HostTrial): Promise<HostTrialOutcome<T>> {
  const folder = mkdtempSync(join(tmpdir(), 'cnnslicer-trial-'));
  const [said, log, bundle] = ['said.json', 'calls.log', 'suite.cjs'].map((name) => join(folder, name));
  await build({
    entryPoints: [fileURLToPath(trial.suite)],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'error',
  });
  writeFileSync(join(folder, 'told.json'), JSON.stringify(trial.told));
  const { restricted } = trial;
  const server = await startServer({ restricted, smokeTestDriver: true, env: { CNNSLICER_TRIAL: folder } });
  const browser = await openBrowser();
  let tracer: ChildProcess | undefined;
  try {
    const { page } = await newPage(browser);
    await page.exposeFunction('codeAutomationExit', () => undefined);
    await page.exposeFunction('codeAutomationLog', () => undefined);
    await page.goto(urlOf(server.port, trial.workspace, bundle));
    const pid = await written(join(folder, 'pid'), trial.seconds, server.output);
    tracer = spawn('strace', ['-f', '-qq', '-s', '4096', '-e', `trace=${TRACED}`, '-o', log, '-p', pid], {
      stdio: 'ignore',
    });
    await attached(pid);
    writeFileSync(join(folder, 'traced'), '');
    const answer = await written(said, trial.seconds, server.output);
    return { said: JSON.parse(answer) as T, calls: readFileSync(log, 'utf8').split('\n') };
  } finally {
    tracer?.kill('SIGINT');
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function urlOf(port: number, folder: string, suite: string): string {
  const remote = (path: string): string => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload = JSON.stringify([
    ['extensionDevelopmentPath', remote(resolve('.'))],
    ['extensionTestsPath', remote(suite)],
  ]);
  return `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(payload)}`;
}

/** The text of a file that the suite writes and renames into place. */
async function written(file: string, seconds: number, output: () => string): Promise<string> {
  for (const deadline = Date.now() + 1000 * seconds; Date.now() < deadline; await sleep(100))
    if (existsSync(file)) return readFileSync(file, 'utf8');
  throw new Error(`the suite wrote no ${file} within ${seconds} s\n${output().slice(-2000)}`);
}

/** All threads that the process has are traced. */
async function attached(pid: string): Promise<void> {
  const isTraced = (): boolean => !/TracerPid:\t0\n/.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  for (let waited = 0; !isTraced(); waited += 50) {
    if (waited > 20_000) throw new Error('strace could not attach');
    await sleep(50);
  }
  await sleep(500);
}
