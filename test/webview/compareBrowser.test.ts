/**
 * The compare view in a real browser on two real runs: LeNet on MNIST without and with batch normalisation. Numbers
 * on the screen, at the line and of the engine are held against each other. Pictures go to test-artifacts/webview/.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { changeText, layerChanges, type Compared } from '../../src/extension/compare/lineChanges.js';
import { inEnglish } from '../../src/extension/localize.js';
import type { Change, CompareChoice, Comparison } from '../../src/protocol/compare.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { atOnce } from '../../src/system/steps.js';
import { comparedRuns, type ComparedRuns } from './comparedRuns.js';
import { drawsWithoutFault, inBrowser, PICTURES, seen } from './inBrowser.js';

describe('the compare view of two real runs @all', () => {
  const view = inBrowser({ width: 1400, height: 900 });
  let runs: ComparedRuns;
  let page: Page;

  before(async function () {
    const made = await comparedRuns();
    if (!made) return this.skip();
    runs = made;
  });
  beforeEach(() => {
    page = view.page;
  });

  const rows = (): Locator => page.locator('.change-rows').first().locator('.change-row');
  const firstOf = async (locator: Locator): Promise<string[]> => (await locator.allTextContents()).map((text) => text);
  const labels = (): Promise<string[]> => firstOf(rows().locator('.change-label'));

  async function open(choice: CompareChoice = {}): Promise<void> {
    const state = new URLSearchParams({ view: 'compare', query: 'dCNN(-, -, -, -)', compare: JSON.stringify(choice) });
    await page.goto(`${runs.address}&${state.toString()}`);
    await rows().first().waitFor({ timeout: 60_000 });
  }
  async function kept(): Promise<CompareChoice> {
    const hash = new URLSearchParams(new URL(page.url()).hash.slice(1));
    return JSON.parse(hash.get('compare') ?? '{}') as CompareChoice;
  }
  const compared = (a: number | null = null, b: number | null = null): Promise<Comparison> =>
    runs.engine.compare({ folder: runs.plain, epoch: a }, { folder: runs.normalised, epoch: b });
  async function chooseIn(label: RegExp, option: RegExp): Promise<void> {
    await page.getByRole('combobox', { name: label }).click();
    await page.getByRole('option', { name: option }).last().click();
  }

  it('holds the older run against this one, and names the states of the code', async () => {
    await open();
    const words = (await page.locator('.compare-controls').textContent()) ?? '';
    const { git } = (await openRun(runs.plain)).manifest;
    const commit = git?.commit.slice(0, 8) ?? 'no commit';
    assert.match(words, new RegExp(`^\\s*A.*lenet, .*${commit}.*B.*this run, .*${commit} with changes`, 's'));
  });

  it('matches layers by structure: those put in since are only in B, and the rest stand beside each other', async () => {
    await open({ order: 'layer' });
    const rest = await rows().evaluateAll((all) =>
      all.map((row) => row.querySelectorAll('.change-rest')[1]?.textContent ?? ''),
    );
    const names = await labels();
    assert.deepEqual(
      names.map((name, i) => `${name}${rest[i] ? `: ${rest[i]}` : ''}`),
      [
        ...['input', 'Conv2D 1', 'BatchNormalization 1: only in B', 'MaxPooling2D 1'],
        ...['Conv2D 2', 'BatchNormalization 2: only in B', 'MaxPooling2D 2', 'Flatten 1', 'Dense 1', 'Dense 2'],
      ],
    );
  });

  it('has the engine’s numbers in every row, with the interval of the difference', async () => {
    await open({ order: 'layer' });
    const comparison = await compared();
    const spoken = await rows().evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));
    const sign = (value: number): string => (value < 0 ? '−' : '+') + Math.abs(value).toFixed(2);
    const words = (change: Change | null): string =>
      change?.difference == null
        ? `${change?.from?.toFixed(2) ?? 'no value'} to ${change?.to?.toFixed(2) ?? 'no value'}`
        : `${change.from!.toFixed(2)} to ${change.to!.toFixed(2)}, change ${sign(change.difference)} ± ${change.halfWidth!.toFixed(2)}`;
    comparison.layers.forEach(({ inter, intra }, i) => {
      const expected = `diversity ${words(inter)}`.replace('+0.00 ±', '0.00 ±').replace('−0.00 ±', '0.00 ±');
      const other = `map entropy ${words(intra)}`.replace('+0.00 ±', '0.00 ±').replace('−0.00 ±', '0.00 ±');
      assert.ok(spoken[i].includes(expected) && spoken[i].includes(other), `${spoken[i]}\n${expected}\n${other}`);
    });
    const { accuracy, sameProbes } = comparison;
    assert.ok(sameProbes && accuracy?.paired);
    const percent = (share: number): string => (100 * share).toFixed(1);
    await page
      .getByText(`accuracy ${percent(accuracy.from!)} → ${percent(accuracy.to!)} %`)
      .first()
      .waitFor();
  });

  it('sorts by what a person asks for, by mouse and by key, largest change first', async () => {
    await open();
    const { layers } = await compared();
    const size = new Map(layers.map(({ to, intra }) => [to?.name ?? '', Math.abs(intra?.difference ?? 0)]));
    const title = page.getByRole('button', { name: 'Sort by Map entropy, bits' });
    await title.focus();
    await page.keyboard.press('Enter');
    await seen(() => title.getAttribute('aria-pressed'), 'true');
    const names = await firstOf(rows().locator('title'));
    const sizes = names.map((name) => size.get(name) ?? NaN);
    assert.deepEqual(
      sizes,
      [...sizes].sort((a, b) => b - a),
      names.join(),
    );
    await page.getByRole('button', { name: 'Sort by Layer' }).click();
    await seen(async () => (await labels())[0], 'input');
    await seen(async () => (await kept()).order, 'layer');
  });

  it('shows the channels and the course of the layer that is chosen by key, on one scale', async () => {
    await open({ order: 'layer' });
    await rows().nth(1).focus();
    await page.keyboard.press(' ');
    await page.getByRole('heading', { name: 'Channels of Conv2D 1' }).waitFor();
    await seen(async () => (await kept()).layer, 1);
    const heights = (side: string): Promise<number> => page.locator(`.${side} rect`).count();
    await seen(async () => [await heights('profile-a'), await heights('profile-b')], [8, 8]);
    await page.locator('.compare-row .link', { hasText: 'lenet.cjs:' }).waitFor();
  });

  it('swaps A and B, and every difference its opposite', async () => {
    await open({ order: 'layer' });
    const before = await firstOf(rows().nth(1).locator('.change-text'));
    await page.getByRole('button', { name: /^Swap A and B/ }).click();
    const turned = before.map((text) => text.replace(/^[+−]/, (sign) => (sign === '+' ? '−' : '+')));
    await seen(() => firstOf(rows().nth(1).locator('.change-text')), turned);
    await seen(async () => (await kept()).reversed, true);
  });

  it('compares two epochs of one run', async () => {
    await open({ order: 'layer' });
    await chooseIn(/Compare with/, /this run/);
    await seen(async () => (await labels()).length, 10);
    await seen(async () => (await rows().getByText('only in B').count()) === 0, true);
    const { accuracy } = await runs.engine.compare(
      { folder: runs.normalised, epoch: 0 },
      { folder: runs.normalised, epoch: 3 },
    );
    const percent = (share: number | null): string => (100 * (share ?? NaN)).toFixed(1);
    await page
      .getByText(`accuracy ${percent(accuracy!.from)} → ${percent(accuracy!.to)} %`)
      .first()
      .waitFor();
    await seen(async () => /lenet/.test((await kept()).other ?? ''), true);
  });

  it('is saved as SVG, PNG and CSV, whose numbers are those of the engine', async () => {
    await open({ order: 'layer' });
    const save = page.getByRole('group', { name: 'Save Layers in the network’s order' });
    const saved: Buffer[] = [];
    for (const kind of ['SVG', 'PNG', 'CSV']) {
      const [download] = await Promise.all([page.waitForEvent('download'), save.getByText(kind).click()]);
      saved.push(await readFile(await download.path()));
    }
    const [svg, png, csv] = saved;
    assert.doesNotMatch(svg.toString(), /var\(|NaN|undefined/);
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    const { layers } = await compared();
    const [head, ...lines] = csv.toString().trim().split('\n');
    const column = head.split(',').indexOf('inter_difference');
    const found = lines.map((line) => Number(line.split(',')[column] || NaN));
    const expected = layers.map(({ inter }) => inter?.difference ?? NaN);
    assert.deepEqual(found, expected);
  });

  it('stands at the line of code with the same entropies, dead channels and accuracy', async () => {
    const side = async (folder: string): Promise<Compared> => {
      const { manifest, summary } = await (await openRun(folder)).describe();
      return { manifest, reports: await runs.engine.report(folder, null), accuracy: summary.accuracy };
    };
    const reference = { folder: runs.plain, name: 'lenet', pinned: false };
    const atLines = atOnce(layerChanges(reference, await side(runs.plain), await side(runs.normalised)));
    const { layers, accuracy, otherStart } = await compared();
    assert.equal(otherStart, false, 'both have the seeds of one script');
    const points = 100 * accuracy!.difference!;
    let told = 0;
    for (const { from, to, intra, dead } of layers) {
      const change = to && from ? atLines.get(to.index) : undefined;
      const text = change && changeText(change, inEnglish);
      if (!text) continue;
      told++;
      const entropy = /entropy (\d\.\d\d) → (\d\.\d\d) bits/.exec(text)?.slice(1);
      if (entropy) assert.deepEqual(entropy, [intra!.from!.toFixed(2), intra!.to!.toFixed(2)], text);
      assert.equal(
        /dead (\d+) → (\d+)/.exec(text)?.[0] ?? null,
        dead.from === dead.to ? null : `dead ${dead.from} → ${dead.to}`,
      );
      if (Math.abs(points) >= 0.05)
        assert.ok(text.endsWith(`accuracy ${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(1)} points`), text);
    }
    assert.ok(told >= 3, `${told} lines`);
  });

  for (const [theme, media] of [
    ['light', { colorScheme: 'light', contrast: 'no-preference' }],
    ['dark', { colorScheme: 'dark', contrast: 'no-preference' }],
    ['high-contrast', { colorScheme: 'dark', contrast: 'more' }],
  ] as const)
    it(`draws without a fault in ${theme}, and nothing is wider than the page`, async () => {
      await page.emulateMedia(media);
      for (const width of [1400, 760, 500]) {
        await page.setViewportSize({ width, height: 900 });
        await open();
        await page.locator('.profiles svg').waitFor();
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(overflow <= 0, `${overflow} pixels too wide at ${width}`);
        assert.equal(await page.getByText(/NaN|undefined|Infinity/).count(), 0);
        await page.screenshot({ path: join(PICTURES, `compare-real-${theme}-${width}.png`), fullPage: true });
      }
    });
});

describe('the compare view of made-up runs', () => {
  const view = inBrowser({ width: 1400, height: 900 });
  const open = async (example: string, theme = 'vscode-light'): Promise<void> => {
    await view.open(example, theme);
    await view.page.locator('.change-row').first().waitFor();
  };
  for (const [i, example] of ['compare', 'compare-fifty'].entries())
    it(`${example} draws without a fault, and nothing is wider than the page${i > 0 ? ' @all' : ''}`, () =>
      drawsWithoutFault(view, example, open, 900));

  it('of fifty layers shows those that changed most, and all on request; names and figures do not overlap', async () => {
    await open('compare-fifty');
    await seen(() => view.page.locator('.change-rows').first().locator('.change-row').count(), 21);
    await view.page.getByRole('button', { name: /^All \d+ layers$/ }).click();
    await view.page.locator('.change-row', { hasText: 'stage2_block1_conv1' }).waitFor();
    const overlaps = await view.page
      .locator('.change-rows')
      .first()
      .evaluate((rows) => {
        const boxes = [...rows.querySelectorAll('text')]
          .filter((one) => one.textContent)
          .map((one) => one.getBoundingClientRect());
        return boxes.flatMap((a, i) =>
          boxes
            .slice(i + 1)
            .filter(
              (b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2,
            ),
        ).length;
      });
    assert.equal(overlaps, 0);
    assert.ok((await view.page.locator('.change-rows').first().locator('.change-row').count()) > 50);
  });
});
