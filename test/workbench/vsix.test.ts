/**
 * The packaged extension as a person has it: installed from the VSIX, on a copy of the digits example.
 * Pictures of every step are kept under test-artifacts/workbench.
 */
import assert from 'node:assert/strict';
import { type Locator } from 'playwright-core';
import { VIEW_TITLES, VIEWS, type ViewId } from '../../src/protocol/viewState.js';
import { leavesNothing, packagedExtension, takeTour, type Tour } from './tour.js';
import { type Workbench } from './workbench.js';
import { makeTourWorkspace, type TourWorkspace } from './tourWorkspace.js';

const vsix = await packagedExtension();
const RECORDING_MS = 150_000;
const RECORDING = 'CNNSlicer: recording';
/** They name the lines of layers. */
const LEADING_BACK: readonly ViewId[] = ['query', 'channels', 'network'];
const SECOND_CONVOLUTION = 'filters: 32';
/** A value of entropy in a lens: "map entropy 1.66 ± 0.01 bits". */
const ENTROPY = /(map|unit) entropy \d+\.\d\d/;

describe('a first session with the packaged extension', () => {
  let workspace: TourWorkspace;
  before(async () => {
    workspace = await makeTourWorkspace({ installed: true });
  });
  after(() => workspace.remove());
  const isRecorded = async () => (await workspace.runs()).length === 1;

  describe('recording the example with its own TensorFlow.js', () => {
    const tour = takeTour(() => workspace.folder, { theme: 'light', extensions: [vsix] });

    it('a training script, once opened, has "Show entropy" above its layers', async () => {
      const { workbench } = tour();
      await workbench.openFile('train.js');
      await workbench.goToLine(workspace.lineOf('tf.sequential'));
      await workbench.codeLens('Show entropy').waitFor();
      await workbench.codeLens('Record training').waitFor();
      assert.deepEqual(new Set(await workbench.codeLenses()), new Set(['Show entropy', 'Record training']));
      await workbench.screenshot('1-before-light');
    });

    it('"CNNSlicer: Analyze CNN" from the palette shows progress in the status bar', async () => {
      const { workbench } = tour();
      await workbench.runCommand('CNNSlicer: Analyze CNN');
      await workbench.statusItem(/epoch \d+ of 10, loss \d.*left\)/).waitFor();
      await workbench.statusItem('Stop').waitFor();
      await workbench.screenshot('2-progress-light');
    });

    it('the run is in the tree while it records and when it has finished, with its layers below', async () => {
      const { workbench } = tour();
      await workbench.openSideBar('CNNSlicer');
      await workbench.treeRow(/train/).waitFor();
      await workbench.screenshot('3-tree-recording-light');
      await workbench.statusItem(RECORDING).waitFor({ state: 'detached', timeout: RECORDING_MS });
      await workbench.treeRow(/train/).click();
      await workbench.treeRow('conv2d').waitFor();
      await workbench.screenshot('4-tree-finished-light');
      assert.equal((await workspace.runs()).length, 1);
    });

    looksAround(tour, () => workspace, 'light');
    actsOnFindings(tour, () => workspace, 'light');
    handlesRuns(tour, 'light');

    it('the panel is as it was after the window is loaded anew @all', async () => {
      const { workbench } = tour();
      const shown = await beforeAndAfter(workbench).innerText();
      await workbench.reload();
      await beforeAndAfter(workbench).waitFor();
      assert.equal(await beforeAndAfter(workbench).innerText(), shown);
    });

    beginsAndRepeats(tour, () => workspace, 'light');
    opensEveryView(tour, () => workspace, 'light');

    it('nothing was blocked by a content security policy, and nothing failed in the window', () =>
      withoutComplaints(tour()));

    it('closing leaves no process behind', () => leavesNothing(tour()));
  });

  for (const theme of ['dark', 'hc'] as const)
    describe(`coming back to the recorded run, ${theme} @all`, () => {
      const tour = takeTour(() => workspace.folder, { theme, extensions: [vsix] }, isRecorded);
      looksAround(tour, () => workspace, theme);
      it('nothing was blocked and nothing failed', () => withoutComplaints(tour()));
    });

  describe('in restricted mode @all', () => {
    const tour = takeTour(() => workspace.folder, { theme: 'light', restricted: true, extensions: [vsix] }, isRecorded);

    it('the recorded run can be viewed', async () => {
      const { workbench } = tour();
      await workbench.openFile('train.js');
      await workbench.goToLine(workspace.lineOf(SECOND_CONVOLUTION));
      await workbench.codeLens(ENTROPY).waitFor();
    });

    it('the script is not run: Analyze CNN asks for trust', async () => {
      const { workbench } = tour();
      await workbench.runCommand('CNNSlicer: Analyze CNN');
      await workbench.notification('requires a trusted workspace').waitFor();
      await workbench.screenshot('8-restricted-light');
      assert.equal((await workspace.runs()).length, 1);
    });
  });
});

describe('a workspace where TensorFlow.js is not installed @all', () => {
  let workspace: TourWorkspace;
  before(async () => {
    workspace = await makeTourWorkspace({ installed: false });
  });
  after(() => workspace.remove());
  // More epochs than anybody waits for: the recording is stopped by hand.
  const settings = { 'cnnslicer.record.arguments': ['500'] };
  const tour = takeTour(() => workspace.folder, { theme: 'dark', extensions: [vsix], settings });

  it('is recorded with the one that the extension brings', async () => {
    const { workbench } = tour();
    await workbench.openFile('train.js');
    await workbench.runCommand('CNNSlicer: Analyze CNN');
    await workbench.statusItem(/epoch [2-9]\d* of 500, loss \d/).waitFor({ timeout: RECORDING_MS });
    await workbench.screenshot('9-bundled-tfjs-dark');
  });

  it('a recording is paused and goes on from the status bar, while training goes on', async () => {
    const { workbench } = tour();
    await workbench.statusItem('Pause').click();
    await workbench.statusItem(/epoch \d+ of 500.*paused/).waitFor();
    await workbench.statusItem('Resume').waitFor();
    await workbench.screenshot('9-paused-dark');
    await workbench.statusItem('Resume').click();
    await workbench.statusItem('Pause').waitFor();
  });

  it('a recording that is stopped keeps its epochs', async () => {
    const { workbench } = tour();
    await workbench.openSideBar('CNNSlicer');
    // What is known between two epochs stands in the tree, too.
    await workbench.treeRow(/train.*epoch \d+ of 500.*loss/).waitFor();
    await workbench.statusItem('Stop').click();
    await workbench.statusItem(RECORDING).waitFor({ state: 'detached' });
    await workbench.treeRow(/train.*stopped/).waitFor();
    await workbench.goToLine(workspace.lineOf(SECOND_CONVOLUTION));
    await workbench.codeLens(ENTROPY).waitFor();
    await workbench.screenshot('10-stopped-dark');
  });

  it('a run is deleted when the person confirms it, and not before', async () => {
    const { workbench } = tour();
    await workbench.pickFromMenu(workbench.treeRow(/train/), 'Delete Run');
    await workbench.answerDialog('Cancel');
    assert.equal((await workspace.runs()).length, 1);
    await workbench.pickFromMenu(workbench.treeRow(/train/), 'Delete Run');
    await workbench.answerDialog('Delete');
    await workbench.treeRow(/train/).waitFor({ state: 'detached' });
    assert.deepEqual(await workspace.runs(), []);
  });

  it('a task of tasks.json records, and its run is in the tree', async () => {
    const { workbench } = tour();
    await workspace.writeTask({
      ...{ type: 'cnnslicer', label: 'by task', name: 'by task', script: 'train.js', arguments: ['500'] },
      problemMatcher: [],
    });
    await workbench.offeredTask('by task');
    await workbench.pickRow('by task');
    await workbench.treeRow(/by task.*epoch [1-9]\d* of 500/).waitFor({ timeout: RECORDING_MS });
    await workbench.screenshot('16-task-runs-dark');
  });

  it('a task that is ended keeps the epochs that were recorded', async () => {
    const { workbench } = tour();
    await workbench.terminateTask('by task');
    await workbench.treeRow(/by task.*stopped/).waitFor();
    await workbench.screenshot('16-task-ended-dark');
  });

  it('closing leaves no process behind', () => leavesNothing(tour()));
});

/** Steps of a person who has a recorded run: lens, hover, panel, and from a layer in the panel to its line. */
function looksAround(tour: () => Tour, workspace: () => TourWorkspace, theme: string): void {
  it('the lens above a layer tells its entropy', async () => {
    const { workbench } = tour();
    await workbench.openFile('train.js');
    await workbench.goToLine(workspace().lineOf(SECOND_CONVOLUTION));
    await workbench.codeLens(ENTROPY).waitFor();
    await workbench.screenshot(`5-lenses-${theme}`);
  });

  it('the hover shows the entropies of its channels as a picture', async () => {
    const { workbench } = tour();
    const hover = await workbench.hover(SECOND_CONVOLUTION);
    const picture = hover.locator('img').first();
    await picture.waitFor();
    await workbench.screenshot(`6-hover-${theme}`);
    const { width, alt } = await picture.evaluate((image: HTMLImageElement) => ({
      width: image.naturalWidth,
      alt: image.alt,
    }));
    assert.ok(width >= 100 && width <= 480, `${width} pixels wide`);
    assert.match(alt, /conv2d_Conv2D2/);
  });

  it('a click on the lens opens the panel at that layer, with its entropies over the epochs', async () => {
    const { workbench } = tour();
    await workbench.page.keyboard.press('Escape');
    await (await workbench.codeLensAbove(SECOND_CONVOLUTION)).click();
    await asksForSecondConvolution(workbench);
    const chart = workbench.webview().locator('section.chart svg').first();
    await chart.waitFor();
    await workbench.webview().getByText('1,000 of 1,000').first().waitFor();
    await workbench.screenshot(`7-panel-${theme}`);
    await chart.scrollIntoViewIfNeeded();
    await workbench.screenshot(`7-panel-result-${theme}`);
  });

  it('a click on a layer in the panel shows its line', async () => {
    const { workbench } = tour();
    const line = workspace().lineOf('units: 64');
    await workbench.webview().getByText(`train.js:${line}`).first().click();
    await workbench.waitForCursor(line);
    assert.equal(await workbench.activeTab(), 'train.js');
    await workbench.screenshot(`8-line-${theme}`);
  });
}

/** What the recording says against the layers, and what can be done about it. */
function actsOnFindings(tour: () => Tour, workspace: () => TourWorkspace, theme: string): void {
  // Which layer has more channels than it needs differs from training to training.
  let found = { argument: '', count: '', needed: '', line: 0 };

  it('Problems names a redundant layer with N, and the lens how many channels would do @all', async () => {
    const { workbench } = tour();
    await workbench.openFile('train.js');
    await workbench.runCommand('Problems: Focus on Problems View');
    const problem = workbench.problem(/has \d+ (filters|units); \d+ principal components explain 99 % .*N = 1,000/);
    await problem.waitFor();
    const said = await problem.innerText();
    const [, count = '', argument = '', needed = ''] =
      /has (\d+) (filters|units); (\d+) principal components explain/.exec(said) ?? [];
    found = { argument, count, needed, line: workspace().lineOf(`${argument}: ${count}`) };
    await workbench.goToLine(found.line);
    await workbench.codeLens(`${needed} of ${count} needed`).waitFor();
    await workbench.screenshot(`11-problems-${theme}`);
  });

  it('the hover there says what fewer would save, and its links are in sight @all', async () => {
    const { workbench } = tour();
    // Beside the panel the number of the first convolution's filters is out of sight.
    const hover = await workbench.hover(found.count === '16' ? 'inputShape' : `${found.argument}: ${found.count}`);
    await hover.getByText(/to \d+: [\d.]+ % fewer parameters .*accuracy is known only after training/).waitFor();
    await workbench.screenshot(`11-hover-${theme}`);
    const [box, link] = await Promise.all([
      hover.first().boundingBox(),
      hover.getByText('When did it change?').boundingBox(),
    ]);
    assert.ok(box && link && link.y + link.height <= box.y + box.height, JSON.stringify({ box, link }));
    await workbench.page.keyboard.press('Escape');
  });

  it('the problem leads to why: its link opens the panel at that layer, in the run that says so @all', async () => {
    const { workbench } = tour();
    await workbench.problemLink('redundant').click();
    const query = workbench.webview().getByRole('combobox', { name: 'Query' });
    await query.waitFor();
    const layer = (await query.inputValue()).split(',')[1]?.trim() ?? '';
    const source = workbench.webview().getByText(`train.js:${found.line}`).first();
    await source.waitFor();
    assert.match(layer, found.argument === 'units' ? /^dense/ : /^conv2d/);
    await workbench.screenshot(`11-why-${theme}`);
    await workbench.goToLineOf('train.js', found.line);
  });

  it('its quick fix says what it saves, is applied with one press and undone with one step @all', async () => {
    const { workbench } = tour();
    const { argument, count, needed, line } = found;
    await workbench.goToLine(line);
    await workbench.openQuickFixes(`${argument}: ${count}`);
    const fix = workbench.offeredFix(
      new RegExp(`Reduce ${argument} to ${needed}: [\\d.]+ % fewer parameters \\(−[\\d,]+\\)`),
    );
    await fix.waitFor();
    await workbench.screenshot(`12-quick-fix-${theme}`);
    await fix.click();
    await workbench.line(new RegExp(`${argument}:\\s${needed}\\b`)).waitFor();
    await workbench.screenshot(`12-reduced-${theme}`);
    await workbench.page.keyboard.press('Control+z');
    await workbench.line(new RegExp(`${argument}:\\s${count}\\b`)).waitFor();
  });

  it('the epoch of a change is found from the palette of the tree, with the map before and after @all', async () => {
    const { workbench } = tour();
    await workbench.pickFromMenu(workbench.treeRow(/conv2d_Conv2D2/), 'Find the Epoch of a Change');
    const there = beforeAndAfter(workbench);
    const choice = workbench.page.locator('.quick-input-list .monaco-list-row').first();
    // One change is shown at once; of several the person chooses.
    await Promise.any([there.waitFor(), choice.waitFor().then(() => choice.click())]);
    await there.waitFor();
    await workbench.screenshot(`13-bisect-${theme}`);
  });
}

/** A person's order among runs. */
function handlesRuns(tour: () => Tour, theme: string): void {
  it('a run is renamed, tagged and pinned @all', async () => {
    const { workbench } = tour();
    await workbench.pickFromMenu(workbench.treeRow(/train/), 'Rename Run');
    await workbench.answerInput('baseline');
    await workbench.treeRow(/baseline/).waitFor();
    await workbench.pickFromMenu(workbench.treeRow(/baseline/), 'Edit Tags');
    await workbench.answerInput('digits, first');
    await workbench.treeRow(/baseline.*#digits #first/).waitFor();
    await workbench.pickFromMenu(workbench.treeRow(/baseline/), 'Pin Run');
    await workbench
      .treeRow(/baseline/)
      .locator('.codicon-pinned')
      .first()
      .waitFor();
    await workbench.screenshot(`14-run-${theme}`);
  });
}

/** Every view of the panel at the layer, each from the hover or from the panel, and back to the layer's line. */
function opensEveryView(tour: () => Tour, workspace: () => TourWorkspace, theme: string): void {
  for (const [link, tab] of [
    ['Show entropy', 'Query'],
    ['Feature maps', 'Channels'],
    ['Mutual information', 'Layers'],
    ['Network', 'Network'],
  ] as const)
    it(`the hover's link "${link}" opens ${tab} at the layer`, async () => {
      const { workbench } = tour();
      await workbench.goToLineOf('train.js', workspace().lineOf(SECOND_CONVOLUTION));
      const hover = await workbench.hover(SECOND_CONVOLUTION);
      await hover.getByRole('link', { name: link, exact: true }).first().click();
      await workbench.viewTab(tab, { selected: true }).waitFor();
      await workbench.leaveHover();
    });

  for (const id of VIEWS) {
    const [title, links] = [VIEW_TITLES[id], LEADING_BACK.includes(id)];
    it(`the view ${title} is shown${links ? ', and leads back to a line of the script' : ''}`, async () => {
      const { workbench } = tour();
      await workbench.viewTab(title).click();
      await workbench.viewTab(title, { selected: true }).waitFor();
      await workbench.webview().locator('.shell > :nth-child(2)').first().waitFor();
      const link = workbench
        .webview()
        .getByText(/train\.js:\d+/)
        .first();
      if (links) await link.waitFor();
      await workbench.screenshot(`17-view-${id}-${theme}`);
      if (!links) return;
      const line = Number(/:(\d+)/.exec(await link.innerText())?.[1]);
      await workbench.goToLineOf('train.js', 1);
      await link.click();
      await workbench.waitForCursor(line);
    });
  }
}

/** The first steps of a newcomer, and a recording that a file of the workspace names. */
function beginsAndRepeats(tour: () => Tour, workspace: () => TourWorkspace, theme: string): void {
  it('the walkthrough has three steps @all', async () => {
    const { workbench } = tour();
    await workbench.runCommand('CNNSlicer: Get Started');
    for (const title of ['Record a training', 'See what each layer learned', 'Explore the recording'])
      await workbench.walkthroughSteps().filter({ hasText: title }).waitFor();
    assert.equal(await workbench.walkthroughSteps().count(), 3);
    await workbench.screenshot(`15-walkthrough-${theme}`);
    // It holds a webview of its own, beside the panel's.
    await workbench.closeTab('Welcome');
  });

  it('a task of tasks.json is offered @all', async () => {
    const { workbench } = tour();
    await workspace().writeTask({ type: 'cnnslicer', label: 'two epochs', script: 'train.js', arguments: ['2'] });
    await workbench.offeredTask('two epochs');
    await workbench.screenshot(`16-task-${theme}`);
    await workbench.page.keyboard.press('Escape');
  });
}

/** The epochs about a change, beside a channel's maps. */
function beforeAndAfter(workbench: Workbench): Locator {
  return workbench
    .webview()
    .getByText(/epochs \d+, \d+/)
    .first();
}

async function asksForSecondConvolution(workbench: Workbench): Promise<void> {
  const query = workbench.webview().getByRole('combobox', { name: 'Query' });
  await query.waitFor();
  assert.match(await query.inputValue(), /^dCNN\(.*conv2d_Conv2D2/);
}

/** With a control: a picture from elsewhere, put into the panel, is blocked and noticed. */
async function withoutComplaints({ workbench }: Tour): Promise<void> {
  const { complaints, page } = workbench;
  assert.deepEqual(complaints, { consoleErrors: [], blockedByPolicy: [] });
  const noticed = page.waitForEvent('console', (message) => message.text().includes('from-elsewhere'));
  await workbench
    .webview()
    .locator('body')
    .evaluate((body) => (body.appendChild(new Image()).src = 'http://127.0.0.1:1/from-elsewhere'));
  await noticed;
  assert.equal(complaints.blockedByPolicy.length, 1);
}
