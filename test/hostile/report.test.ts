/**
 * The report of a hostile recording, from its file: every view draws from what is in it, text is shown as text, and
 * nothing but the file is asked for.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { canaryPage, sentences, type CanaryPage } from './canary.js';
import { hostileRun } from './hostileRun.js';
import { labOrSkip, type Lab } from './hostileViews.js';
import { HOSTILE_STRINGS } from './hostileStrings.js';
import { tourViews } from './tourViews.js';

describe('a report', () => {
  let lab: Lab;
  let file: string;
  let said: string;
  let canary: CanaryPage;
  before(async function () {
    lab = await labOrSkip(this);
    const { folder } = hostileRun(lab.honest, 23);
    file = `${folder}.html`;
    const told = await promisify(execFile)(process.execPath, [
      'dist/cli.cjs',
      'report',
      folder,
      '-o',
      file,
      '--limit',
      '4',
    ]);
    said = told.stderr;
    canary = await canaryPage(lab.browser, pathToFileURL(dirname(file)).href);
    await canary.page.goto(pathToFileURL(file).href);
  });
  after(async () => {
    await canary?.close();
    if (file) rmSync(file, { force: true });
    await lab?.close();
  });

  it('says how large it is, and stays within its limit', () => {
    const answers = /id="answers">([^<]*)</.exec(readFileSync(file, 'utf8'))![1]!;
    assert.ok(answers.length > 10_000 && answers.length <= 4 * 2 ** 20);
    assert.match(said, /iB, of which .* answers \(at most 4 MiB\)/);
  });

  it('allows no script and no style but its own, and no origin at all', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(readFileSync(file, 'utf8'))![1]!;
    assert.doesNotMatch(policy, /unsafe|https?:|\*|'self'/);
    assert.match(policy, /^default-src 'none'; script-src 'sha256-[^ ]+'; style-src 'sha256-/);
  });

  it('shows every view of a hostile recording as text, from the file alone @all', async () => {
    const { views, texts } = await tourViews(canary, HOSTILE_STRINGS);
    assert.deepEqual(sentences(canary.seen), []);
    assert.ok(views.length >= 5 && texts.size >= 10, `${views.join()}; ${texts.size} strings`);
  });

  it('answers what its views ask at first, and at every epoch that it holds', async () => {
    const { page } = canary;
    for (const view of ['Query', 'Training', 'Layers', 'Channels', 'Network']) {
      await page.getByRole('tab', { name: view }).click();
      for (const epoch of [2, 0]) {
        await page.evaluate((to) => {
          const state = new URLSearchParams(location.hash.slice(1));
          state.set('epoch', String(to));
          location.hash = `#${state}`;
        }, epoch);
        await page.waitForTimeout(500);
        assert.deepEqual(await page.locator('.failure').allTextContents(), [], `${view} at epoch ${epoch}`);
      }
    }
  });
});
