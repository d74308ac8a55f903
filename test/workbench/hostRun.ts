/**
 * Runs the host suites in the real workbench:
 *   node --import tsx test/workbench/hostRun.ts RESULTS.json [--release oldest] [--extension FOLDER]
 * It succeeds only when the host said so by its exit code and a results file is there.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { buildHostSuites } from '../host/build.mjs';
import { makeHostWorkspace } from '../host/workspace.mjs';
import { newPage, openBrowser } from './browser.js';
import { startServer, type Release } from './server.js';

const TIMEOUT_MS = 14 * 60_000;

/** Resolves to the exit code that the extension host reported; rejects when it never did. */
async function runHostSuites(release: Release, extension: string, results: string): Promise<number> {
  const suites = await buildHostSuites(`out/host-${release}`);
  const workspace = await makeHostWorkspace();
  const server = await startServer({ release, smokeTestDriver: true, env: { CNNSLICER_HOST_RESULTS: results } });
  try {
    const browser = await openBrowser();
    try {
      return await exitCodeOf(browser, hostUrl(server.port, workspace.folder, extension, suites));
    } finally {
      await browser.close();
    }
  } catch (error) {
    console.error([...log, server.output()].join('\n'));
    throw error;
  } finally {
    await server.stop();
    await workspace.remove();
  }
}

async function exitCodeOf(browser: Browser, address: string): Promise<number> {
  const { page } = await newPage(browser);
  const exitCode = new Promise<number>((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`the host suites did not end within ${TIMEOUT_MS / 1000} s`)),
      TIMEOUT_MS,
    );
    page.on('crash', () => reject(new Error('the page crashed')));
    void page.exposeFunction('codeAutomationExit', (code: number) => (clearTimeout(late), resolve(code)));
  });
  await page.exposeFunction('codeAutomationLog', (type: string, values: unknown[]) =>
    log.push(`${type}: ${values.join(' ')}`),
  );
  await page.goto(address);
  return exitCode;
}

/** What the window and the host logged: shown only when they did not come to an end. */
const log: string[] = [];

function hostUrl(port: number, folder: string, extension: string, suites: string): string {
  const remote = (path: string) => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload = JSON.stringify([
    ['extensionDevelopmentPath', remote(extension)],
    ['extensionTestsPath', remote(suites)],
  ]);
  return `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(payload)}`;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { release: { type: 'string', default: 'current' }, extension: { type: 'string', default: '.' } },
});
const results = resolve(positionals[0] ?? 'out/host-results.json');
const code = await runHostSuites(
  values.release === 'oldest' ? 'oldest' : 'current',
  resolve(values.extension),
  results,
);
if (!existsSync(results)) throw new Error(`the host ended with ${code} but wrote no results`);
process.exitCode = code;
