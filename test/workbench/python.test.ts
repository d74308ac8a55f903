/**
 * The Python examples with the packaged extension, from the palette to lens, hover, seven views and back to the line.
 * Pictures of every step are kept under test-artifacts/workbench.
 */
import assert from 'node:assert/strict';
import { VIEW_TITLES, VIEWS, type ViewId } from '../../src/protocol/viewState.js';
import { still } from './still.js';
import { leavesNothing, packagedExtension, takeTour } from './tour.js';
import { makeTourWorkspace, type TourWorkspace } from './tourWorkspace.js';

const vsix = await packagedExtension();
const python = process.env['CNNSLICER_TRAINING_PYTHON'];
/** Frameworks that take long to load, on a busy machine. */
const RECORDING_MS = 280_000;
const RECORDING = 'CNNSlicer: recording';
/** They name the lines of layers. */
const LEADING_BACK: readonly ViewId[] = ['query', 'channels', 'network'];
const ENTROPY = /(map|unit) entropy \d+\.\d\d/;

const SCRIPTS = [
  { framework: 'PyTorch', script: 'train_pytorch.py', layer: 'nn.Conv2d(16, 32', name: 'conv2' },
  { framework: 'Keras', script: 'train_keras.py', layer: 'layers.Conv2D(32', name: 'conv2d_1' },
];
/** Read by Keras alone. */
const env = { KERAS_BACKEND: 'torch' };

for (const { framework, script, layer, name } of SCRIPTS)
  describe(`a ${framework} script with the packaged extension @all`, () => {
    let workspace: TourWorkspace;
    before(async function () {
      if (!python) return this.skip();
      workspace = await makeTourWorkspace({ installed: false, script });
    });
    const settings = { 'cnnslicer.python': python ?? '' };
    const tour = takeTour(() => workspace.folder, { theme: 'dark', extensions: [vsix], settings, env });
    // After the tour's own end: the extension writes results into the runs.
    after(() => workspace?.remove());
    const picture = (step: string) => tour().workbench.screenshot(`20-${framework.toLowerCase()}-${step}-dark`);

    it('has "Show entropy" above its layers before it is recorded', async () => {
      const { workbench } = tour();
      await workbench.openFile(script);
      await workbench.goToLine(workspace.lineOf(layer));
      await workbench.codeLens('Show entropy').waitFor();
      await workbench.codeLens('Record training').waitFor();
      await picture('1-before');
    });

    it('is recorded by "CNNSlicer: Analyze CNN", with progress, and its run is in the tree', async () => {
      const { workbench } = tour();
      await workbench.runCommand('CNNSlicer: Analyze CNN');
      await workbench.statusItem(/epoch \d+/).waitFor({ timeout: RECORDING_MS });
      await picture('2-progress');
      await workbench.openSideBar('CNNSlicer');
      await workbench.statusItem(RECORDING).waitFor({ state: 'detached', timeout: RECORDING_MS });
      await workbench.treeRow(/epochs/).click();
      await workbench.treeRow(name).first().waitFor();
      await picture('3-tree');
      assert.equal((await workspace.runs()).length, 1);
    });

    it('has the entropy of each layer above its line', async () => {
      const { workbench } = tour();
      await workbench.goToLine(workspace.lineOf(layer));
      await workbench.codeLens(ENTROPY).waitFor();
      await workbench.lensesSettled();
      await picture('4-lenses');
    });

    it('has the entropies of the layer’s channels in the hover, as a picture', async () => {
      const { workbench } = tour();
      const hover = await workbench.hover(layer);
      const shown = hover.locator('img').first();
      await shown.waitFor();
      await picture('5-hover');
      const alt = await shown.evaluate((image: HTMLImageElement) => image.alt);
      assert.ok(alt.includes(name), alt);
      await workbench.leaveHover();
    });

    it('opens the panel at that layer by its lens', async () => {
      const { workbench } = tour();
      await (await workbench.codeLensAbove(layer)).click();
      const query = workbench.webview().getByRole('combobox', { name: 'Query' });
      await query.waitFor();
      assert.match(await query.inputValue(), new RegExp(`^dCNN\\(.*${name}`));
    });

    for (const id of VIEWS) {
      const isLeading = LEADING_BACK.includes(id);
      it(`is shown in the view ${VIEW_TITLES[id]}${isLeading ? ', which leads back to a line' : ''}`, async () => {
        const { workbench } = tour();
        const page = workbench.webview();
        await workbench.viewTab(VIEW_TITLES[id]).click();
        await workbench.viewTab(VIEW_TITLES[id], { selected: true }).waitFor();
        await page.locator('.shell > :nth-child(2)').first().waitFor();
        const link = page.getByText(new RegExp(`${script}:\\d+`)).first();
        if (isLeading) await link.waitFor();
        await still(page);
        await picture(`6-${id}`);
        assert.equal(await page.getByText(/CNNSlicer could not|hit an internal error/).count(), 0);
        if (!isLeading) return;
        const line = Number(/:(\d+)/.exec(await link.innerText())?.[1]);
        await workbench.goToLineOf(script, 1);
        await link.click();
        await workbench.waitForCursor(line);
      });
    }

    it('nothing was blocked by a content security policy, and nothing failed in the window', () =>
      assert.deepEqual(tour().workbench.complaints, { consoleErrors: [], blockedByPolicy: [] }));

    it('closing leaves no process behind', () => leavesNothing(tour()));
  });
