/** `cnnslicer view` as it ships: how the browser is led to the page, and what is refused before anything is served. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { honestRun } from '../hostile/hostileRun.js';
import { bundles } from '../recorder/support/bundles.js';
import { chromiumFlags, findChromium } from '../setup/chromium.mjs';

describe('cnnslicer view', () => {
  let folder: string;
  let run: string;
  let cli: string;
  let children: ChildProcess[];
  before(async () => {
    cli = join((await bundles()).dist, 'cli.cjs');
    run = await honestRun();
  });
  after(() =>
    rmSync(run.slice(0, run.indexOf('/.cnnslicer')), { recursive: true, force: true, maxRetries: 20, retryDelay: 200 }),
  );
  beforeEach(function () {
    if (process.platform !== 'linux') this.skip();
    folder = mkdtempSync(join(tmpdir(), 'cnnslicer-views-'));
    children = [];
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  /** The command line, where `xdg-open` writes what it is given into the file `opened`. */
  function start(args: readonly string[], cwd = folder): ChildProcess {
    const browser = join(folder, 'bin', 'xdg-open');
    mkdirSync(dirname(browser), { recursive: true });
    writeFileSync(
      browser,
      `#!/bin/sh\nprintf '%s\\n' "$@" > "${folder}/opening"; mv "${folder}/opening" "${folder}/opened"\n`,
    );
    chmodSync(browser, 0o755);
    const PATH = [dirname(browser), process.env['PATH']].join(delimiter);
    const child = spawn(process.execPath, [cli, ...args], { cwd, env: { ...process.env, PATH, TMPDIR: folder } });
    children.push(child);
    return child;
  }

  it('leads the browser to the page by a private file, which is removed in the end', async function () {
    const child = start(['view', run]);
    const address = (await firstLine(child)).trim();
    while (!existsSync(join(folder, 'opened'))) await sleep(20);
    const opened = readFileSync(join(folder, 'opened'), 'utf8').trim();
    const { hash } = new URL(address);
    assert.ok(hash.length > 40 && !opened.includes(hash.slice(1)), opened);
    assert.deepEqual([statSync(opened).mode & 0o777, statSync(dirname(opened)).mode & 0o777], [0o600, 0o700]);
    assert.ok(readFileSync(opened, 'utf8').includes(`"${address}"`));
    if (findChromium()) assert.deepEqual(await visited(opened, address), [new URL(address).origin, 'http']);
    child.kill('SIGINT');
    await new Promise((resolve) => child.once('close', resolve));
    assert.ok(!existsSync(dirname(opened)), 'its folder is there still');
  });

  it('refuses a port that there is not', async () => {
    const { code, stderr } = await end(start(['view', run, '--port', '99999']));
    assert.equal(code, 2);
    assert.match(stderr, /--port takes a whole number from 0 to 65535\./);
  });

  it('says so where the working folder was deleted', async () => {
    const gone = join(folder, 'gone');
    mkdirSync(gone);
    const script = `cd "${gone}" && rmdir "${gone}" && exec "${process.execPath}" "${cli}" runs`;
    const { code, stderr } = await end(spawn('sh', ['-c', script]));
    assert.equal(code, 2);
    assert.match(stderr, /^error: reading the working folder\n {2}wrong: it was deleted\n/);
  });
});

/** Where Chromium ends that opens the file, and which host the page there has. */
async function visited(file: string, address: string): Promise<unknown[]> {
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
  try {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file).href);
    const { origin } = new URL(address);
    await page.waitForURL((url) => url.origin === origin);
    return [new URL(page.url()).origin, await page.evaluate(() => document.body.dataset['host'])];
  } finally {
    await browser.close();
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('\n')) resolve(said);
    });
  });
}

function end(child: ChildProcess): Promise<{ readonly code: number | null; readonly stderr: string }> {
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stderr })));
}
