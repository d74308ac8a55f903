/** The information, network and compare views: their numbers, and what is chosen in them. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Change, Comparison } from '../../../src/protocol/compare.js';
import type { LayerClusters, LayerPairEdges } from '../../../src/protocol/network.js';
import type { LayerMiResult, LayerMiValue } from '../../../src/protocol/measure.js';
import { becomes, type Interaction, type Panel } from './panel.js';

/** Layers with weights; the course of each stands in a chart of its own. */
const LAYERS = [
  { layer: 1, name: 'Conv2D 1' },
  { layer: 4, name: 'Conv2D 2' },
  { layer: 9, name: 'Dense 1' },
];

export const otherInteractions: readonly Interaction[] = [
  [
    'layers’ information is looked at, with the lower and, by arrow key, the upper bound',
    'I(T; Y) and I(T; X) of each layer are the command line’s, as are N and the largest of the null',
    async (panel) => {
      await panel.show('Information');
      await panel.toEpoch(4);
      await showsInformation(panel, ({ labelBits, inputBits }) => [labelBits, inputBits]);
      const chart = panel.part('Information about the label, by layer');
      assert.match((await chart.textContent()) ?? '', /N = 300\. Grey: largest of 39 label permutations/);
      await panel.view.getByRole('radio', { name: 'KDE lower bound' }).press('ArrowRight');
      await showsInformation(panel, ({ labelUpperBits, inputUpperBits }) => [labelUpperBits, inputUpperBits]);
      await panel.view.getByRole('radio', { name: 'KDE lower bound' }).click();
    },
  ],
  [
    'clusters of the network are looked at',
    'hidden layers have as many cards, of as many channels, as the command line has clusters',
    async (panel) => {
      await panel.show('Network');
      await panel.toEpoch(4);
      const { layers } = await clustered(panel);
      const sizes = layers.slice(0, -1).flatMap(({ clusters }) => clusters.map(({ channels }) => channels.length));
      const cards = panel.view.getByRole('button', { name: /\d+ (channel|unit)s?\b/ });
      const shown = async (): Promise<number[]> => {
        const labels = await cards.evaluateAll((found) => found.map((card) => card.getAttribute('aria-label') ?? ''));
        return labels.map((label) => Number(/(\d+) (?:channel|unit)/.exec(label)?.[1]));
      };
      await becomes(async () => (await shown()).sort(), sizes.sort());
    },
  ],
  [
    'a cluster is chosen by click, another by key, and a channel of it',
    'its channels, its classes and its sums of weights are the command line’s; query and channel view are of it',
    async (panel) => {
      await panel.show('Network');
      await clusterCard(panel, 'Conv2D 2', 'B').click();
      await showsCluster(panel, 4, 1);
      await becomes(() => clusterCard(panel, 'Conv2D 2', 'B').getAttribute('aria-pressed'), 'true');
      await clusterCard(panel, 'Conv2D 1', 'A').press('Enter');
      const [channel] = await showsCluster(panel, 1, 0);
      await panel.show('Query');
      await becomes(() => panel.query.inputValue().then((text) => text.includes('conv2d_Conv2D1')), true);
      await panel.show('Channels');
      await panel.part(/^Conv2D 1 channel /).waitFor();
      await panel.show('Network');
      // Its panel is open again.
      const chip = panel.part('Selected cluster').locator('.network-chips button').first();
      await chip.click();
      await panel.workbench.viewTab('Channels', { selected: true }).waitFor();
      await panel.part(new RegExp(`^BatchNormalization \\d+ channel ${channel}$`)).waitFor();
      await panel.show('Network');
      await becomes(() => chip.getAttribute('aria-current'), 'true');
      await clusterCard(panel, 'Conv2D 1', 'A').press('Escape');
      await panel.part('Selected cluster').waitFor({ state: 'detached' });
    },
  ],
  [
    'the run is compared with the one of the other size, at its last and at an earlier epoch, and turned round',
    'every layer’s change with its interval, and both accuracies, are the command line’s',
    async (panel) => {
      await panel.show('Compare');
      const runs = await panel.commandLine.json<readonly { readonly id: string; readonly name: string }[]>('runs');
      const other = runs.find(({ id }) => id !== panel.commandLine.run)!;
      await panel.choose('Compare with', other.name);
      await showsComparison(panel, [other.id, panel.commandLine.run, '--epochs', '4,4']);
      await panel.choose(`Epoch of ${other.name}`, 'epoch 1');
      await showsComparison(panel, [other.id, panel.commandLine.run, '--epochs', '1,4']);
      await panel.view.getByRole('button', { name: 'Swap A and B' }).click();
      await showsComparison(panel, [panel.commandLine.run, other.id, '--epochs', '4,1']);
    },
  ],
];

type Clustered = { readonly layers: readonly LayerClusters[]; readonly edges: readonly LayerPairEdges[] };

function clustered(panel: Panel): Promise<Clustered> {
  return panel.commandLine.json('network', panel.commandLine.run);
}

function clusterCard(panel: Panel, layer: string, letter: string): Locator {
  return panel.view.getByRole('button', { name: new RegExp(`^${layer}, cluster ${letter}:`) });
}

/** The open panel of a cluster; resolves to its channels. */
async function showsCluster(panel: Panel, layer: number, cluster: number): Promise<readonly number[]> {
  const { layers, edges } = await clustered(panel);
  const { clusters } = layers.find((one) => one.layer === layer)!;
  const { channels, strongest } = clusters[cluster]!;
  const open = panel.part('Selected cluster');
  await becomes(() => open.locator('.network-chips button').allTextContents(), channels.map(String));
  assert.ok((await open.innerText()).includes(`strongest for ${strongest.slice(0, 5).join(', ')}`));
  const sums = new Set(edges.flatMap((edge) => sumsOf(edge, layer, cluster, clusters.length)));
  const rows = await open
    .locator('tbody tr')
    .filter({ has: panel.view.locator('td') })
    .allTextContents();
  assert.ok(rows.length > 1);
  const shown = rows.map((row) => /\+?[\d.]*(?:−[\d.]+)?$/.exec(row)?.[0] ?? row);
  assert.deepEqual(
    shown.filter((words) => !sums.has(words)),
    [],
    [...sums].join(' '),
  );
  return channels;
}

/** "+3.1−0.4" for each edge between layers that leads to the cluster or comes from it. */
function sumsOf({ from, to, positive, negative }: LayerPairEdges, layer: number, own: number, count: number): string[] {
  const words = (at: number): string =>
    [['+', positive[at]!] as const, ['−', negative[at]!] as const]
      .map(([sign, sum]) => (sum > 0 ? `${sign}${sum.toFixed(1)}` : ''))
      .join('');
  const all = [...positive.keys()];
  if (to === layer) return all.filter((at) => at % count === own).map(words);
  const width = positive.length / count;
  return from === layer ? all.filter((at) => Math.floor(at / width) === own).map(words) : [];
}

async function showsInformation(panel: Panel, of: (value: LayerMiValue) => readonly (number | null)[]): Promise<void> {
  const options = ['--estimator', 'kde', '--noise-share', '0.05', '--permutations', '39', '--interval'];
  for (const { layer, name } of LAYERS) {
    const { values } = await panel.commandLine.query<LayerMiResult>('layer-mi', `dCNN(-, ${layer}, -, 4)`, options);
    const course = panel.view.locator(`.course > [aria-label^="${name}:"]`);
    await becomes(
      async () => course.locator('.course-value').allTextContents(),
      of(values[0]!).map((bits) => bits!.toFixed(2)),
    );
  }
}

async function showsComparison(panel: Panel, compared: readonly string[]): Promise<void> {
  const { layers, accuracy } = await panel.commandLine.json<Comparison>('compare', ...compared);
  const percent = (share: number): string => (100 * share).toFixed(1);
  const expected = [
    `accuracy ${percent(accuracy!.from!)} → ${percent(accuracy!.to!)} %`,
    ...layers.flatMap(({ inter, intra }) => [inter, intra].flatMap((change) => (change ? [changeWords(change)] : []))),
  ];
  const chart = panel.part('Layers, largest change first');
  await becomes(async () => {
    const said = (await chart.textContent()) ?? '';
    return expected.filter((words) => !said.includes(words));
  }, []);
}

/** "−0.04 ± 0.02" */
function changeWords({ difference, halfWidth }: Change): string {
  const rounded = difference?.toFixed(2) ?? '';
  const sign = Number(rounded) === 0 ? '' : rounded.startsWith('-') ? '−' : '+';
  return `${sign}${rounded.replace('-', '')} ± ${halfWidth?.toFixed(2)}`;
}
