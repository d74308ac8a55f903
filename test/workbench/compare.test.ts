/**
 * Two real trainings of the digits example, with and without batch normalisation, compared in the packaged extension:
 * at the layer's line and in the view. The numbers are those of the command line.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Change, Comparison } from '../../src/protocol/compare.js';
import { packagedExtension, takeTour } from './tour.js';
import { makeTourWorkspace, type TourWorkspace } from './tourWorkspace.js';

const vsix = await packagedExtension();
const cli = resolve('dist/cli.cjs');
const EPOCHS = '4';
const FIRST_CONVOLUTION = 'filters: 16';

describe('two runs compared with the packaged extension @all', () => {
  let workspace: TourWorkspace;
  let compared: Comparison;

  before(async () => {
    workspace = await makeTourWorkspace({ installed: true });
    await cnnslicer('record', '--name', 'normalised', 'train.js', '--', EPOCHS);
    const script = join(workspace.folder, 'train.js');
    const lines = (await readFile(script, 'utf8')).split('\n');
    await writeFile(script, lines.filter((line) => !line.includes('batchNormalization')).join('\n'));
    await cnnslicer('record', '--name', 'plain', 'train.js', '--', EPOCHS);
    const [normalised = '', plain = ''] = (await workspace.runs()).sort();
    compared = JSON.parse(await cnnslicer('compare', normalised, plain, '--json')) as Comparison;
  });
  async function cnnslicer(...args: string[]): Promise<string> {
    const options = { cwd: workspace.folder, maxBuffer: 2 ** 26 };
    return (await promisify(execFile)(process.execPath, [cli, ...args], options)).stdout;
  }

  const tour = takeTour(() => workspace.folder, { theme: 'light', extensions: [vsix] });
  // After the tour's own end: the extension writes results into the runs.
  after(() => workspace.remove());

  it('the lens above a layer tells what changed since the run before, and opens the comparison', async () => {
    const { workbench } = tour();
    const layer = compared.layers.find(({ to }) => to?.name === 'conv2d_Conv2D1');
    const { from, to } = layer?.intra ?? { from: null, to: null };
    assert.ok(from !== null && to !== null && Math.abs(to - from) > 0.1, 'batch normalisation changes this layer');
    await workbench.openFile('train.js');
    await workbench.goToLine(workspace.lineOf(FIRST_CONVOLUTION));
    const lens = workbench.codeLens(`entropy ${from.toFixed(2)} → ${to.toFixed(2)} bits`);
    await lens.waitFor();
    await workbench.lensesSettled();
    await workbench.screenshot('18-changes-at-the-line-light');
    await lens.click();
    await workbench.viewTab('Compare', { selected: true }).waitFor();
  });

  it('the view shows every layer’s change and the accuracy as the command line has them', async () => {
    const { workbench } = tour();
    await workbench
      .webview()
      .getByText(/accuracy [\d.]+ → /)
      .first()
      .waitFor();
    await workbench.screenshot('19-compare-light');
    const shown = (await workbench.webview().locator('body').textContent()) ?? '';
    for (const { inter, intra, to } of compared.layers)
      for (const change of [inter, intra])
        if (change && to) assert.ok(shown.includes(words(change)), `${to.name}: ${words(change)} is not in the view`);
    const { from, to } = compared.accuracy ?? { from: null, to: null };
    assert.ok(from !== null && to !== null);
    assert.ok(shown.includes(`accuracy ${(100 * from).toFixed(1)} → ${(100 * to).toFixed(1)} %`), shown.slice(0, 600));
  });
});

/** "−0.04 ± 0.02" */
function words({ difference, halfWidth }: Change): string {
  const rounded = difference?.toFixed(2) ?? '';
  const sign = Number(rounded) === 0 ? '' : rounded.startsWith('-') ? '−' : '+';
  return `${sign}${rounded.replace('-', '')} ± ${halfWidth?.toFixed(2)}`;
}
