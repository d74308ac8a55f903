/** Every chart of every view in a real browser, saved in its three forms: a picture that parses, pixels, numbers. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { ViewerContract } from '../../src/protocol/viewer.js';
import { inBrowser, seen, VIEWS } from './inBrowser.js';

type Saved = ViewerContract['saveFile']['input'];

/** What is shown and is no chart of a frame. */
const FURTHER: Record<string, readonly string[]> = {
  layers: ['Save the layer pair', 'Save feature maps of filters'],
  network: ['Save the network'],
};

describe('what is saved of a chart', () => {
  const view = inBrowser({ width: 1400, height: 1100 });
  const savedCount = (): Promise<number> => view.page.evaluate(() => window.exampleHostInSight?.saved.length ?? 0);

  async function saved(buttons: Locator, kind: string): Promise<Saved> {
    const before = await savedCount();
    await buttons.getByRole('button', { name: kind, exact: true }).click();
    // A picture's bytes come when the page has nothing more urgent to do.
    await view.page.waitForFunction((count) => (window.exampleHostInSight?.saved.length ?? 0) > count, before);
    return (await view.page.evaluate(() => window.exampleHostInSight?.saved.at(-1))) as Saved;
  }

  /** Root, faults and shapes of a picture as the browser reads it. */
  const parsed = (text: string): Promise<[string, number, number]> =>
    view.page.evaluate((svg) => {
      const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
      const shapes = root.querySelectorAll('path, rect:not([width="100%"]), circle, line, image').length;
      return [root.tagName, root.querySelectorAll('parsererror').length, shapes];
    }, text);

  for (const [i, [example, drawn]] of VIEWS.entries())
    it(`of ${example}: each chart as SVG with shapes, as PNG, and as CSV with a head and rows as wide${i > 0 ? ' @all' : ''}`, async () => {
      await view.open(example);
      await view.page.locator(drawn).first().waitFor({ state: 'attached' });
      await seen(() => view.page.locator('section.chart[aria-busy="true"]').count(), 0);
      const all = view.page.getByRole('group', { name: /^Save / });
      const names = await all.evaluateAll((groups) => groups.map((group) => group.getAttribute('aria-label') ?? ''));
      assert.ok(names.length > 0);
      const titles = await view.page
        .locator('section.chart')
        .evaluateAll((charts) => charts.map((one) => `Save ${one.getAttribute('aria-label')}`));
      titles.push(...(FURTHER[example] ?? []));
      assert.deepEqual(
        titles.filter((title) => !names.includes(title)),
        [],
        'charts that cannot be saved',
      );
      for (const [i, name] of names.entries()) {
        const [tag, faults, shapes] = await parsed((await saved(all.nth(i), 'SVG')).text);
        assert.deepEqual([name, tag, faults], [name, 'svg', 0]);
        assert.ok(shapes > 0, `${name} draws nothing`);
        const png = Buffer.from((await saved(all.nth(i), 'PNG')).text, 'base64');
        assert.equal(png.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n', name);
        assert.ok(png.readUInt32BE(16) > 100 && png.readUInt32BE(20) > 40 && png.length > 500, name);
        const csv = await saved(all.nth(i), 'CSV');
        const [head = '', ...rows] = csv.text.split('\n\n')[0]!.trim().split('\n');
        const width = (line: string): number => line.replace(/"(?:[^"]|"")*"/g, '').split(',').length;
        assert.ok(/[a-z]/.test(head) && rows.length > 0, `${name}: ${csv.text.slice(0, 80)}`);
        assert.deepEqual(
          rows.filter((row) => width(row) !== width(head)),
          [],
          name,
        );
      }
    });
});
