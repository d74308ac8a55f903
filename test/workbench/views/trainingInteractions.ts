/** The training view: the confusion matrix and its samples, both label entropies, the slider, and the sizes of the group. */
import assert from 'node:assert/strict';
import type { LabelResult, LabelValue, MetricsResult } from '../../../src/protocol/measure.js';
import { becomes, type Interaction, type Panel } from './panel.js';

const ALL = 'dCNN(-, -, -, -)';

export const trainingInteractions: readonly Interaction[] = [
  [
    'the slider goes through the epochs',
    'every number of the matrix and both entropies of every class are the command line’s at each epoch',
    async (panel) => {
      await panel.show('Training');
      for (const epoch of [0, 2, 4]) {
        await panel.toEpoch(epoch);
        await showsConfusion(panel, await labelsAt(panel, epoch));
      }
    },
  ],
  [
    'a class is never predicted at the first epoch',
    'its row says so, and a bar with its name lies above the chart of H(x.label | y = i)',
    async (panel) => {
      const { labelGivenPrediction } = await labelsAt(panel, 0);
      const never = labelGivenPrediction.flatMap((bits, index) => (bits === null ? [String(index)] : []));
      assert.ok(never.length > 0, 'before training some class is never predicted');
      const chart = panel.part('H(x.label | y = i)');
      const lanes = await chart.locator('.lane-name').allTextContents();
      assert.deepEqual(
        never.filter((name) => !lanes.some((lane) => lane.includes(name))),
        [],
      );
      assert.equal(await panel.part('H(y | x.label = i)').locator('.lane').count(), 0);
    },
  ],
  [
    'a cell of the matrix is clicked',
    'as many samples as it counts are shown as pictures; Escape closes them',
    async (panel) => {
      const { counts } = await labelsAt(panel, 4);
      const { label, prediction, place } = worst(counts);
      await panel.point(panel.part('Confusion').locator('.confusion-number').nth(place), [0.5, 0.5]);
      const readout = panel.part('Confusion').locator('.confusion-readout');
      const count = counts[label]![prediction]!;
      await becomes(
        async () => (await readout.textContent())?.includes(`label ${label} predicted as ${prediction}: ${count} of`),
        true,
      );
      await panel.part('Confusion').locator('.confusion-number').nth(place).click();
      const samples = panel.part('Samples of a cell');
      await samples.getByText(`Label ${label} predicted as ${prediction}`).waitFor();
      await becomes(() => samples.locator('.confused-pictures button').count(), count);
      await samples.locator('.confused-pictures button').first().press('Escape');
      await samples.waitFor({ state: 'detached' });
    },
  ],
  [
    'numbers are chosen to be per cent of the label',
    'each is its count’s share of the row',
    async (panel) => {
      const { counts } = await labelsAt(panel, 4);
      await panel.choose('Numbers in the cells', 'Percent of the label');
      const shares = counts.flatMap((row) => row.filter((count) => count > 0).map((count) => (100 * count) / sum(row)));
      await becomes(
        () => numbers(panel),
        shares.map((share) => (share < 1 ? '<1' : String(Math.round(share)))),
      );
      await panel.choose('Numbers in the cells', 'Counts');
      await showsConfusion(panel, await labelsAt(panel, 4));
    },
  ],
  [
    'a class is pinned by its name in the matrix',
    'it is pinned in both charts',
    async (panel) => {
      const isPinned = async (): Promise<boolean> =>
        (await panel.view.locator('#confusion-row-7').getAttribute('aria-selected')) === 'true';
      const before = await isPinned();
      await panel.view.locator('#confusion-row-7 .confusion-name').click();
      await becomes(isPinned, !before);
      for (const chart of ['H(x.label | y = i)', 'H(y | x.label = i)'])
        await becomes(
          () => panel.part(chart).locator('.label.pinned').filter({ hasText: /7$/ }).count(),
          before ? 0 : 1,
        );
    },
  ],
  [
    'the other size is chosen, by click and back by arrow key',
    'matrix and entropies are those of the run that was trained at that size',
    async (panel) => {
      const sizes = panel.view.getByRole('radio');
      await sizes.filter({ hasText: '200' }).click();
      await showsConfusion(panel, await labelsAt(panel, 4, await otherRun(panel)));
      await sizes.filter({ hasText: '200' }).press('ArrowRight');
      await becomes(() => sizes.filter({ hasText: '600' }).getAttribute('aria-checked'), 'true');
      await showsConfusion(panel, await labelsAt(panel, 4));
    },
  ],
  [
    'the inputs’ diversity and the losses are looked at by size',
    'a bar and a line a size, with the numbers that the recording printed',
    async (panel) => {
      const bars = (await panel.view.locator('.diversity svg').getAttribute('aria-label')) ?? '';
      for (const { size, inputs } of panel.commandLine.sizes)
        assert.ok(bars.includes(`${size}: diversity ${inputs!.bits.toFixed(2)} bits`), bars);
      const runs = [await otherRun(panel), panel.commandLine.run];
      const asked = runs.map((run) => panel.commandLine.query<MetricsResult>('metrics', ALL, [], run));
      const losses = (await Promise.all(asked)).map(
        ({ values, names }) => values.at(-1)!.values[names.indexOf('loss')]!,
      );
      await becomes(
        async () => (await panel.part('Loss').locator('.label-value').allTextContents()).map(Number).sort(),
        losses.map((loss) => Number(loss.toFixed(2))).sort(),
      );
    },
  ],
];

/** The run of the group that was trained on fewer samples. */
async function otherRun(panel: Panel): Promise<string> {
  const runs = await panel.commandLine.json<readonly { readonly id: string }[]>('runs');
  return runs.find(({ id }) => id !== panel.commandLine.run)!.id;
}

async function labelsAt(panel: Panel, epoch: number, run?: string): Promise<LabelValue> {
  const { values } = await panel.commandLine.query<LabelResult>('label', ALL, [], run);
  return values.find((value) => value.epoch === epoch && value.split === 'all')!;
}

async function showsConfusion(panel: Panel, value: LabelValue): Promise<void> {
  const counted = value.counts
    .flat()
    .filter((count) => count > 0)
    .map(String);
  await becomes(() => numbers(panel), counted);
  const rows = panel.part('Confusion').getByRole('option');
  await becomes(
    () => rows.evaluateAll((found) => found.map((row) => row.getAttribute('aria-label'))),
    value.counts.map((row, i) => rowWords(value, row, i)),
  );
}

function rowWords({ labelGivenPrediction, predictionGivenLabel }: LabelValue, row: readonly number[], i: number) {
  const given = labelGivenPrediction[i] ?? null;
  const scattered = predictionGivenLabel[i] ?? null;
  return `${i}: ${row[i]} of ${sum(row)} correct, H(y | x.label) ${scattered?.toFixed(2) ?? 'none'}, H(x.label | y) ${given?.toFixed(2) ?? 'none, never predicted'}`;
}

function numbers(panel: Panel): Promise<string[]> {
  return panel.part('Confusion').locator('.confusion-number').allTextContents();
}

/** The commonest mistake, and the place of its number among those that are not 0. */
function worst(counts: readonly (readonly number[])[]): { label: number; prediction: number; place: number } {
  const cells = counts.flatMap((row, label) => row.map((count, prediction) => ({ label, prediction, count })));
  const counted = cells.filter(({ count }) => count > 0);
  const mistakes = counted.filter(({ label, prediction }) => label !== prediction);
  const most = mistakes.reduce((a, b) => (b.count > a.count ? b : a));
  return { ...most, place: counted.indexOf(most) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
