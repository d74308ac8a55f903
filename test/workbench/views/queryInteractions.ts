/** The query view: layers, hypercube, strips and text are one slice; what it costs; its answer; the way back. */
import assert from 'node:assert/strict';
import type { InterResult, IntraResult } from '../../../src/protocol/measure.js';
import { becomes, type Interaction, type Panel } from './panel.js';

const FIRST = 'conv2d_Conv2D1';
const SECOND = 'conv2d_Conv2D2';

export const queryInteractions: readonly Interaction[] = [
  [
    'a layer of the network is clicked',
    'the query, the hypercube and the strip L are of that layer',
    async (panel) => {
      await panel.show('Query');
      await layerName(panel, 4).click();
      await shows(panel, { query: `dCNN(-, ${SECOND}, -, -)`, network: '4', slabs: SECOND, L: '4' });
    },
  ],
  [
    'another is clicked with Shift, a third with Ctrl',
    'the range between, then the range and the third',
    async (panel) => {
      await layerName(panel, 1).click();
      await layerName(panel, 3).click({ modifiers: ['Shift'] });
      await shows(panel, { query: 'dCNN(-, {1..3}, -, -)', network: '1,2,3', L: '1,2,3' });
      await layerName(panel, 8).click({ modifiers: ['Control'] });
      await shows(panel, { query: 'dCNN(-, {1..3, flatten_Flatten1}, -, -)', network: '1,2,3,8', L: '1,2,3,8' });
    },
  ],
  [
    'the hypercube is dragged along L',
    'the slabs that the mouse passes are the layers of the query',
    async (panel) => {
      await layerName(panel, 8).click();
      await panel.drag(panel.view.locator('.slabs'), await slabAt(panel, 1), () => slabAt(panel, 4));
      await shows(panel, { query: 'dCNN(-, {1..4}, -, -)', network: '1,2,3,4', L: '1,2,3,4' });
    },
  ],
  [
    'its grips are dragged along X and along C',
    'classes are bands of X, channels those of C, as the query says',
    async (panel) => {
      await layerName(panel, 1).click();
      await pull(panel, 'row-to', 0, -40);
      const rows = await chosenCells(panel, 'X');
      assert.ok(rows.length > 0 && rows.length < 10 && rows[0] === '0', rows.join());
      const samples = rows.length === 1 ? 'x.label = 0' : `x.label = {0..${rows.at(-1)}}`;
      await shows(panel, { query: `dCNN(${samples}, ${FIRST}, -, -)`, X: rows.join() });
      await pull(panel, 'channel-to', -25, 12);
      const channels = await chosenCells(panel, 'C');
      assert.ok(channels.length > 0 && channels.length < 16 && channels[0] === '0', channels.join());
      const some = channels.length === 1 ? '0' : `{0..${channels.at(-1)}}`;
      await shows(panel, { query: `dCNN(${samples}, ${FIRST}, ${some}, -)`, C: channels.join() });
    },
  ],
  [
    'its film and the strips are dragged',
    'epochs, classes and channels of the query are those that were passed',
    async (panel) => {
      await panel.write(`dCNN(-, ${FIRST}, -, -)`);
      await panel.drag(panel.view.locator('.film svg'), [0.3, 0.5], [0.7, 0.5]);
      await shows(panel, { query: `dCNN(-, ${FIRST}, -, {1..3})`, T: '1,2,3' });
      await panel.drag(panel.view.locator('.strip-X .strip-track'), [0.25, 0.4], [0.45, 0.4]);
      await shows(panel, { query: `dCNN(x.label = {2..4}, ${FIRST}, -, {1..3})`, X: '2,3,4' });
      await panel.view.locator('.strip-T .strip-track').dblclick();
      await shows(panel, { query: `dCNN(x.label = {2..4}, ${FIRST}, -, -)`, T: '0,1,2,3,4' });
    },
  ],
  [
    'the query is written',
    'strips, network and hypercube follow; what is wrong in it is said with its place',
    async (panel) => {
      await panel.write(`dCNN(x.label = 3, ${SECOND}, {0..7}, 2)`);
      const all = { query: `dCNN(x.label = 3, ${SECOND}, {0..7}, 2)`, network: '4', slabs: SECOND };
      await shows(panel, { ...all, X: '3', L: '4', C: '0,1,2,3,4,5,6,7', T: '2' });
      await panel.write(`dCNN(-, conv2d_Conv3D, -, -)`);
      await panel.view.locator('#query-error').filter({ hasText: 'conv2d_Conv3D' }).waitFor();
      assert.equal(await panel.view.locator('.query-text .underlined').innerText(), 'conv2d_Conv3D');
    },
  ],
  [
    'the measure is chosen, and nothing is asked yet',
    'bytes, seconds and the number of values stand there before the answer does',
    async (panel) => {
      await panel.write(`dCNN(-, ${FIRST}, -, -)`);
      await panel.choose('Measure', 'Diversity');
      const cost = panel.view.locator('.estimate');
      await becomes(async () => /5 values, \w+ cached/.test(await cost.innerText()), true);
      assert.match(await cost.innerText(), /Reads [\d.]+ [KMG]?i?B of [\d.]+ [KMG]i?B.*about .* s\b/);
    },
  ],
  [
    'Query is pressed',
    'diversity with its interval, N, k and D, and map entropy, are the command line’s; the cost is now nothing',
    async (panel) => {
      await panel.view.getByText('Query', { exact: true }).last().click();
      const chart = panel.part('Diversity of the slice');
      await chart.locator('.label-value').first().waitFor();
      const shown = await epochInSight(panel);
      const { values } = await panel.commandLine.query<InterResult>('inter', `dCNN(-, ${FIRST}, -, -)`, [
        '--noise',
        '--interval',
      ]);
      const inSight = values.find(({ epoch }) => epoch === shown)!;
      await becomes(() => chart.locator('.label-value').first().textContent(), inSight.bits!.toFixed(2));
      await becomes(
        () => chart.locator('.label-interval').first().textContent(),
        `± ${inSight.halfWidthBits!.toFixed(2)}`,
      );
      const said = (await chart.textContent())!;
      for (const words of [`N = ${inSight.n}`, `k = ${inSight.k}`, `D = ${inSight.d.toLocaleString('en')}`, 'bits'])
        assert.ok(said.includes(words), `${words} is not in ${said}`);
      assert.ok(said.includes(`${inSight.excessBits!.toFixed(2)} bits above log₂ N`), said);
      await becomes(async () => /all cached/.test(await panel.view.locator('.estimate').innerText()), true);
    },
  ],
  [
    'back and forward are pressed, by button and by Alt and arrow',
    'query and measure are those before and after',
    async (panel) => {
      const first = await panel.query.inputValue();
      const second = `dCNN(-, ${SECOND}, -, 4)`;
      await panel.write(second);
      await panel.query.press('Enter');
      await panel.view.getByRole('button', { name: 'Previous query' }).click();
      await becomes(() => panel.query.inputValue(), first);
      await panel.query.press('Alt+ArrowRight');
      await becomes(() => panel.query.inputValue(), second);
    },
  ],
  [
    'map entropy of the layer is asked',
    'every channel’s value is the command line’s',
    async (panel) => {
      await panel.choose('Measure', 'Map entropy');
      await panel.write(`dCNN(-, ${FIRST}, -, -)`);
      await panel.query.press('Enter');
      const values = panel.part(/^(Map|Unit) entropy/).locator('.panel-value');
      const { values: rows } = await panel.commandLine.query<IntraResult>('intra', `dCNN(-, ${FIRST}, -, -)`);
      const shown = await epochInSight(panel);
      const row = rows.find(({ epoch, classIndex }) => epoch === shown && classIndex === null)!;
      await becomes(
        async () => (await values.allTextContents()).slice(0, 16),
        row.bits.map((bits) => bits!.toFixed(2)),
      );
    },
  ],
  [
    'a query is cancelled as soon as it can be, and asked again from where its chart would be',
    'both charts say that it was cancelled; then the answer is there',
    async (panel) => {
      await panel.choose('Measure', 'Diversity');
      await panel.write(`dCNN(x.label = {0..6}, ${SECOND}, -, -)`);
      const ask = panel.view.locator('.ask vscode-button').filter({ hasText: 'Query' });
      await ask.waitFor();
      await pressCancelOnceThere(panel);
      await ask.click();
      const charts = [panel.part('Diversity of the slice'), panel.part(/^(Map|Unit) entropy/)];
      for (const chart of charts) await chart.getByText('Cancelled.').waitFor();
      await charts[0]!.getByText('Run query again').click();
      const { values } = await panel.commandLine.query<InterResult>(
        'inter',
        `dCNN(x.label = {0..6}, ${SECOND}, -, -)`,
        ['--noise', '--interval'],
      );
      const shown = await epochInSight(panel);
      const bits = values.find(({ epoch }) => epoch === shown)!.bits!.toFixed(2);
      await becomes(async () => (await charts[0]!.locator('.label-value').allTextContents()).includes(bits), true);
    },
  ],
  [
    'samples are asked for that the run does not have',
    'what was being done, what is wrong and what to try stand there in the command line’s words; other samples have an answer',
    async (panel) => {
      const query = `dCNN({9000..9001}, ${SECOND}, -, 4)`;
      const said = await panel.commandLine.failure('query', panel.commandLine.run, query, '--measure', 'inter');
      const wrong = /wrong:\s+(.*)/.exec(said)?.[1] ?? said;
      await panel.write(query);
      await panel.query.press('Enter');
      const failure = panel.part('Diversity of the slice').locator('.failure');
      await becomes(
        async () => (await failure.innerText().catch(() => '')).toLowerCase().includes(wrong.toLowerCase()),
        true,
      );
      await panel.write(`dCNN(-, ${SECOND}, -, 4)`);
      await panel.query.press('Enter');
      await failure.waitFor({ state: 'detached' });
      await panel.part('Diversity of the slice').locator('.label-value').first().waitFor();
    },
  ],
  [
    'layers are folded by the size of their maps, and shown again',
    'the table has fewer layers, then all',
    async (panel) => {
      const layers = panel.view.locator('.layer-name');
      const all = await layers.count();
      await panel.view.getByText('Fold by map size').click();
      await becomes(async () => (await layers.count()) < all, true);
      await panel.view.getByText('Show all layers').click();
      await becomes(() => layers.count(), all);
    },
  ],
];

/** In the page: an answer of so small a run may be there before a hand is. */
async function pressCancelOnceThere(panel: Panel): Promise<void> {
  await panel.view.locator('body').evaluate((body) => {
    const watching = new MutationObserver(() => {
      const buttons = [...body.querySelectorAll<HTMLElement>('.ask vscode-button')];
      const button = buttons.find((one) => one.textContent?.trim() === 'Cancel');
      if (!button) return;
      watching.disconnect();
      button.click();
    });
    watching.observe(body, { childList: true, subtree: true, characterData: true });
  });
}

function layerName(panel: Panel, layer: number) {
  return panel.view.locator('.layer-name').nth(layer);
}

async function epochInSight(panel: Panel): Promise<number> {
  return Number(/at t = (\d+)$/.exec(await panel.part('Hypercube').locator('.section-head p').innerText())?.[1]);
}

/** One slice as the query, the layers pressed in the network, those that the hypercube names and the strips' cells show it. */
type Part = Partial<Record<'query' | 'network' | 'slabs' | 'X' | 'L' | 'C' | 'T', string>>;

/** What is not named may be anything. */
async function shows(panel: Panel, expected: Part): Promise<void> {
  const names = Object.keys(expected) as (keyof Part)[];
  await becomes(
    async () => Object.fromEntries(await Promise.all(names.map(async (one) => [one, await look(panel, one)]))) as Part,
    expected,
  );
}

async function look(panel: Panel, part: keyof Part): Promise<string> {
  if (part === 'query') return panel.query.inputValue();
  if (part === 'network') {
    const pressed = await panel.view.locator('.layer-name[aria-pressed="true"] .layer-index').allInnerTexts();
    return pressed.join();
  }
  if (part === 'slabs')
    return ((await panel.view.locator('.slabs').getAttribute('aria-label')) ?? '').replace(/^.*chosen: /, '');
  return (await chosenCells(panel, part)).join();
}

/** Numbers of a strip's cells in sight that are chosen. */
async function chosenCells(panel: Panel, letter: 'X' | 'L' | 'C' | 'T'): Promise<string[]> {
  const cells = panel.view.locator(`.strip-${letter} [role="option"][aria-selected="true"]`);
  return cells.evaluateAll((found) => found.map((cell) => cell.id.replace(/^.*-/, '')));
}

/** A place on a slab's front edge, where no other slab is before it. */
async function slabAt(panel: Panel, layer: number): Promise<[number, number]> {
  const all = await panel.view.locator('.slabs').boundingBox();
  const slab = await panel.view.locator('.slab-face').nth(layer).boundingBox();
  return [(slab!.x + 3 - all!.x) / all!.width, (slab!.y + slab!.height - 12 - all!.y) / all!.height];
}

async function pull(panel: Panel, grip: string, x: number, y: number): Promise<void> {
  const knob = panel.view.locator(`.grip.${grip}`);
  const { width, height } = (await knob.boundingBox())!;
  await panel.drag(knob, [0.5, 0.5], [0.5 + x / width, 0.5 + y / height]);
}
