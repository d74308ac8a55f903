/** Linked selection in a real browser: a class or a layer that is chosen in one view stands out in all that have it. */
import assert from 'node:assert/strict';
import { inBrowser, seen } from './inBrowser.js';

describe('what is selected in one view', () => {
  const view = inBrowser({ width: 1400, height: 1100 });

  async function show(title: string): Promise<void> {
    await view.page.getByRole('tab', { name: title, exact: true }).click();
  }
  const texts = (part: string): Promise<string[]> => view.page.locator(part).allTextContents();
  const count = (part: string): Promise<number> => view.page.locator(part).count();

  /** By view: the names of the classes that stand out there. */
  const LOOKS: Readonly<Record<string, () => Promise<string[]>>> = {
    Query: () => texts('.strip-X .strip-cell.pinned .cell-words b'),
    Training: () => texts('[role="option"][aria-selected="true"] .confusion-name'),
    Layers: () => texts('.map-sample.pinned'),
    Channels: () => texts('.disc-group.pinned .disc-class'),
    Compare: () => texts('section[aria-label="Classes"] .change-row[aria-pressed="true"] .change-label'),
  };

  async function standsOut(classes: readonly string[]): Promise<void> {
    for (const [title, look] of Object.entries(LOOKS)) {
      await show(title);
      await seen(async () => [title, ...(await look())], [title, ...classes]);
    }
  }

  it('is a class: of the slice, of the comparison, of the network', async () => {
    await view.open('layers');
    await show('Query');
    await view.page.locator('#strip-X-3').click();
    await standsOut(['3']);
    await view.page.locator('section[aria-label="Classes"] .change-row').nth(5).press('Enter');
    await standsOut(['3', '5']);
    await show('Network');
    await view.page.locator('.network-card').first().waitFor();
    const facet = view.page.locator('vscode-dropdown[aria-label="Single class"]');
    await facet.click();
    await facet.locator('vscode-option').nth(8).click();
    await seen(async () => (await view.kept())?.classes, [3, 5, 7]);
    const strongest = await view.page.locator('.network-card[aria-label*="strongest for"]').evaluateAll((cards) =>
      cards.map((card) => {
        const label = card.getAttribute('aria-label') ?? '';
        const [, names = ''] = /strongest for ([^;]+)/.exec(label) ?? [];
        const [, pinned = ''] = /; pinned: (.+)$/.exec(label) ?? [];
        return [names, pinned] as const;
      }),
    );
    assert.ok(strongest.some(([, pinned]) => pinned !== ''));
    for (const [names, pinned] of strongest)
      assert.equal(
        pinned,
        names
          .split(', ')
          .filter((name) => ['3', '5', '7'].includes(name))
          .join(', '),
      );
    await standsOut(['3', '5', '7']);
  });

  it('is a layer: a cluster of the network by click and by key, and its head where another view selects it', async () => {
    await view.open('layers');
    await show('Query');
    await view.page.locator('.layer-name').nth(3).click();
    await show('Network');
    await seen(() => count('.network-head.selected, .network-stage.selected'), 1);
    const card = view.page.locator('[data-key="layer 1/0"]');
    await card.click();
    await view.page.locator('.network-panel').waitFor();
    await seen(async () => (await view.kept())?.selected?.layer, 1);
    await seen(() => count('.network-head.selected'), 1);
    assert.match((await view.kept())?.query ?? '', /conv2d_1/);
    const other = view.page.locator('[data-key="layer 10/1"]');
    await other.press('Enter');
    await seen(async () => (await view.kept())?.selected?.layer, 10);
    await show('Query');
    await show('Network');
    assert.equal(await other.getAttribute('aria-pressed'), 'true');
    await seen(() => texts('.network-head.selected h3'), await texts('.network-head h3[aria-current]'));
    await show('Query');
    await view.page.locator('.layer-name').nth(1).click();
    await show('Network');
    await seen(() => count('.network-head.selected'), 1);
    assert.match((await view.kept())?.query ?? '', /conv2d_1/);
  });
});
