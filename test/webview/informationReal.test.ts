/** Ablation in the information view of a real run: what stands on the screen is what the command line prints. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { AblationResult } from '../../src/protocol/ablation.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { bundles } from '../recorder/support/bundles.js';
import { comparedRuns, type ComparedRuns } from './comparedRuns.js';
import { inBrowser } from './inBrowser.js';

describe('ablation of a real run @all', () => {
  const view = inBrowser({ width: 1400, height: 1200 });
  let runs: ComparedRuns;

  before(async function () {
    const made = await comparedRuns();
    if (!made) return this.skip();
    runs = made;
  });

  /** Of the run with batch normalisation: one unit of its second, two of its third layer with weights. */
  async function pickedUnits(): Promise<{ layer: number; name: string; channels: number[] }[]> {
    const { layers } = (await openRun(runs.normalised)).manifest;
    const [, second, dense] = layers.filter(({ kind }) => kind === 'conv' || kind === 'dense');
    return [
      { layer: second.index, name: second.name, channels: [3] },
      { layer: dense.index, name: dense.name, channels: [5, 17] },
    ];
  }

  it('of units of two layers has the numbers of the command line', async () => {
    const units = await pickedUnits();
    const picked = units.flatMap(({ layer, channels }) => channels.map((channel) => [layer, channel]));
    const state = new URLSearchParams({
      view: 'information',
      query: 'dCNN(-, -, -, -)',
      information: JSON.stringify({ picked, permutations: 0 }),
    });
    await view.page.goto(`${runs.address}&${state.toString()}`);
    await view.page.getByText('Ablate', { exact: true }).click({ timeout: 120_000 });
    const row = view.page.locator('.ablation-table tr', { hasText: 'the 3 picked units of 2 layers' });
    await row.waitFor({ timeout: 60_000 });
    const shown = await row.locator('td').allTextContents();

    const { dist } = await bundles();
    const named = units.map(({ name, channels }) => `${name}:${channels.join(',')}`);
    const { stdout } = await promisify(execFile)(process.execPath, [
      `${dist}/cli.cjs`,
      'ablate',
      runs.normalised,
      ...named,
      '--json',
    ]);
    const { values, otherThanRecorded, together } = JSON.parse(stdout) as AblationResult;
    const [{ accuracy, change, halfWidth, changedAnswers }] = values;
    const points = (value: number): string => (100 * value).toFixed(1);
    const sign = change! > 0 ? '+' : '−';
    const size = points(Math.abs(change!));
    const words = `${size === '0.0' ? '' : sign}${size}${halfWidth ? ` ± ${points(halfWidth)}` : ''}`;
    assert.deepEqual(shown, [`${points(accuracy!)} %`, words, String(changedAnswers)]);
    assert.deepEqual([otherThanRecorded, together], [0, [{ layer: units[1].layer, channels: [5, 17] }]]);
  });
});
