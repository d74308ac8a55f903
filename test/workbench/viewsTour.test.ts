/**
 * A tour through every view of the packaged extension, from the palette to the layer's line and back. A group of two
 * sizes of the digits example is recorded; each row of the tables in `views/` is one interaction and the effect by which
 * it is seen, and becomes one test. Numbers on the screen are those of the same build's command line, to the digits shown.
 */
import assert from 'node:assert/strict';
import type { SizeRow } from '../../src/cli/trainSizes.js';
import { packagedExtension, takeTour } from './tour.js';
import { makeTourWorkspace, type TourWorkspace } from './tourWorkspace.js';
import { channelsInteractions } from './views/channelsInteractions.js';
import { cnnslicer, commandLineOn, type CommandLine } from './views/commandLine.js';
import { layersInteractions } from './views/layersInteractions.js';
import { linkedInteractions } from './views/linkedInteractions.js';
import { otherInteractions } from './views/otherInteractions.js';
import { Panel } from './views/panel.js';
import { queryInteractions } from './views/queryInteractions.js';
import { trainingInteractions } from './views/trainingInteractions.js';

const vsix = await packagedExtension();
const SIZES = '200,600';
const EPOCHS = '4';
const PROBES = '300';

const TABLES = {
  'the query view': queryInteractions,
  'the training view': trainingInteractions,
  'the layer view': layersInteractions,
  'the channel view': channelsInteractions,
  'the information, network and compare views': otherInteractions,
  'all views together': linkedInteractions,
};

describe('every view of the packaged extension @all', () => {
  let workspace: TourWorkspace;
  let commandLine: CommandLine;

  before(async () => {
    workspace = await makeTourWorkspace({ installed: true });
    const args = ['--train-sizes', SIZES, '--probes', PROBES, '--quiet', '--json', 'train.js', '--', EPOCHS];
    const { runs } = JSON.parse(await cnnslicer(workspace.folder, ['record', ...args])) as { runs: SizeRow[] };
    const large = (await workspace.runs()).find((run) => run.endsWith('600'));
    assert.ok(large !== undefined);
    commandLine = await commandLineOn(workspace.folder, large, runs);
  });

  const tour = takeTour(() => workspace.folder, { theme: 'light', extensions: [vsix] });
  // After the tour's own end: the extension writes results into the runs.
  after(async () => {
    await commandLine.remove();
    await workspace.remove();
  });
  const panel = (): Panel => new Panel(tour().workbench, workspace.folder, commandLine);

  it('"CNNSlicer: Open Run" of the palette opens the panel of the run that is picked', async () => {
    const { workbench } = tour();
    await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await workbench.runCommand('CNNSlicer: Open Run');
    await workbench.pickRow('600');
    await workbench.viewTab('Query', { selected: true }).waitFor();
    // The side bar makes room.
    await workbench.page.keyboard.press('Control+B');
  });

  for (const [view, interactions] of Object.entries(TABLES))
    describe(view, () => {
      for (const [does, seenBy, drive] of interactions) it(`${does} → ${seenBy}`, () => drive(panel()));
    });

  describe('at the end', () => {
    it('nothing was blocked by a content security policy, and nothing failed in the window', () =>
      assert.deepEqual(tour().workbench.complaints, { consoleErrors: [], blockedByPolicy: [] }));
  });
});
