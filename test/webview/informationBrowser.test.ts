/** The information view in a real browser: drawing, keys, links, files, cancelling, ablation. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { inBrowser, PICTURES, seen } from './inBrowser.js';

describe('the information view in a browser', () => {
  const browser = inBrowser({ width: 1400, height: 900 });

  for (const [i, example] of [
    'information',
    'information-dead',
    'information-fifty',
    'information-one-epoch',
    'information-regression',
    'information-failing',
  ].entries()) {
    it(`${example} draws without a fault, and nothing is wider than the page${i > 0 ? ' @all' : ''}`, async () => {
      for (const [theme, width] of [
        ['vscode-light', 1400],
        ['vscode-dark', 760],
      ] as const) {
        await browser.page.setViewportSize({ width, height: 900 });
        await browser.open(example, theme);
        await browser.page.locator('.course, .failure').first().waitFor();
        await browser.page.waitForTimeout(400);
        const { page } = browser;
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)) <= 0);
        assert.equal(await page.getByText(/NaN|undefined|Infinity/).count(), 0);
      }
    });
  }

  it('a layer is selected, and the epoch moved, by keys; both are kept for the link', async () => {
    await browser.open('information');
    const panel = browser.page.locator('.course [role=button]').nth(2);
    await panel.focus();
    await browser.page.keyboard.press('Enter');
    await browser.page.keyboard.press('Home');
    await browser.page.keyboard.press('ArrowRight');
    await seen(async () => (await browser.kept())?.epoch, 1);
    assert.equal(await panel.getAttribute('aria-pressed'), 'true');
    assert.equal(typeof (await browser.kept())?.selected?.layer, 'number');
  });

  it('layers that all fail for one reason are one card, and are asked again from it', async () => {
    await browser.open('information-failing');
    const first = browser.page.locator('.information-view > .chart .failure');
    await first.waitFor();
    assert.equal(await browser.page.locator('.information-view > .failure').count(), 0);
    assert.equal(await browser.page.locator('.information-left > .chart').first().locator('.failure').count(), 0);
    await first.getByText('Try again', { exact: true }).click();
    await first.waitFor();
  });

  it('units, pairs and similarity stay while another estimator is computed, which has no noise where it is binned', async () => {
    await browser.open('information');
    await browser.page.locator('.unit-row').first().waitFor();
    await browser.page.locator('.similarity svg').waitFor();
    await browser.page.evaluate(() => {
      document.body.dataset['gone'] = '';
      new MutationObserver((changes) => {
        for (const node of changes.flatMap(({ removedNodes }) => [...removedNodes]))
          if (
            node instanceof Element &&
            (node.matches('.units, .similarity') || node.querySelector('.units, .similarity'))
          )
            document.body.dataset['gone'] = node.className;
      }).observe(document.body, { childList: true, subtree: true });
    });
    await browser.page.getByRole('radio', { name: 'Binned' }).click();
    await browser.page.getByText('plug-in of joint states in 30 equal bins').waitFor();
    assert.equal(await browser.page.evaluate(() => document.body.dataset['gone']), '');
    assert.equal(await browser.page.getByText('Noise variance').isVisible(), false);
  });

  it('another estimator is chosen by arrow keys, and is part of the link', async () => {
    await browser.open('information');
    await browser.page.getByRole('radio', { name: 'KDE lower bound' }).focus();
    await browser.page.keyboard.press('ArrowRight');
    await seen(async () => (await browser.kept())?.information?.curve, 'upper');
    await browser.page.getByText('KDE upper bound (Kolchinsky and Tracey 2017)').waitFor();
  });

  it('ablating all units of a layer is told beside what a dead unit’s ablation changes: nothing', async () => {
    await browser.open('information-dead');
    await browser.page.getByText('Ablate', { exact: true }).click();
    const row = browser.page.locator('.ablation-table tr', { hasText: '2 dead units' }).first();
    await row.waitFor();
    assert.match((await row.textContent()) ?? '', /97\.0 %0\.00$/);
    await browser.page.locator('.ablation-table tr', { hasText: 'all its units' }).first().waitFor();
  });

  it('units of several layers are picked by key, kept for the link, and ablated together', async () => {
    await browser.open('information');
    const boxes = browser.page.getByRole('checkbox', { name: /^Ablate .* with the other selected units/ });
    await boxes.nth(0).waitFor();
    const names = await boxes.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
    const layerOf = (name: string): string => name.replace(/^Ablate (.*) unit .*$/, '$1');
    const other = names.findIndex((name) => layerOf(name) !== layerOf(names[0]));
    for (const at of [0, other]) {
      await boxes.nth(at).focus();
      await browser.page.keyboard.press(' ');
    }
    await seen(async () => (await browser.kept())?.information?.picked.length, 2);
    await browser.page.getByText('Ablate', { exact: true }).click();
    await browser.page.locator('.ablation-table tr', { hasText: 'the 2 picked units of 2 layers' }).waitFor();
    await browser.page.getByRole('button', { name: 'Clear selection' }).click();
    await seen(async () => (await browser.kept())?.information?.picked, []);
    assert.equal(await browser.page.locator('.ablation-table tr', { hasText: 'picked' }).count(), 0);
  });

  it('an ablation shows how far it is, and can be cancelled', async () => {
    await browser.open('information-slow-ablation');
    await browser.page.getByText('Ablate', { exact: true }).click();
    await browser.page.getByText(/Set \d+ of \d+ · \d+ %/).waitFor();
    await browser.page.locator('.ablation').getByText('Cancel', { exact: true }).click();
    await browser.page.getByText('Ablate', { exact: true }).waitFor();
    assert.equal(await browser.page.locator('.ablation-table').count(), 0);
  });

  it('a long computation shows how far it is, can be cancelled and taken up again', async () => {
    await browser.open('information-slow');
    await browser.page.getByText('Cancel', { exact: true }).click();
    await browser.page.getByText('Resume', { exact: true }).click();
    await browser.page.locator('.information-progress', { hasText: /1 of \d+/ }).waitFor();
  });

  it('courses, plane and similarity are saved as files with their numbers @all', async () => {
    await browser.open('information');
    for (const title of ['Information about the label, by layer', 'Information plane', 'Similarity of layers']) {
      const group = browser.page.getByRole('group', { name: `Save ${title}` });
      for (const kind of ['SVG', 'PNG', 'CSV']) await group.getByRole('button', { name: kind }).click();
    }
    await browser.page.waitForFunction(() => window.exampleHostInSight?.saved.length === 9);
    const saved = (await browser.page.evaluate(() => window.exampleHostInSight?.saved)) ?? [];
    assert.ok(saved.filter(({ name }) => name.endsWith('.svg')).every(({ text }) => !text.includes('var(--')));
    assert.ok(saved.filter(({ name }) => name.endsWith('.csv')).every(({ text }) => text.split('\n').length > 3));
  });

  it('is pictured in every theme @all', async () => {
    for (const theme of ['vscode-light', 'vscode-dark', 'vscode-high-contrast', 'vscode-high-contrast-light']) {
      await browser.open('information', theme);
      await browser.page.locator('.similarity-cell').first().waitFor();
      const name = `information-${theme.replace('vscode-', '')}.png`;
      await browser.page.screenshot({ path: join(PICTURES, name), fullPage: true });
    }
  });
});
