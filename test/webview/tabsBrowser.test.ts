/** The row of tabs above every view: from 360 pixels on it stays within the page, with room for more and wider ones. */
import assert from 'node:assert/strict';
import { inBrowser, seen, VIEWS } from './inBrowser.js';

const WIDTHS = [360, 420, 500, 620, 760, 900];

describe('the tabs of the views', () => {
  const view = inBrowser({ width: 1400, height: 900 });

  /** Pixels that the page, or a tab, reaches over its right edge. */
  const beyond = (): Promise<number> =>
    view.page.evaluate(() => {
      const ends = [...document.querySelectorAll('[role=tab]')].map((tab) => tab.getBoundingClientRect().right);
      return Math.max(
        0,
        ...ends.map((end) => Math.ceil(end - innerWidth)),
        document.documentElement.scrollWidth - innerWidth,
      );
    });

  /** Charts are drawn anew a moment after the page has another width. */
  async function fits(width: number): Promise<void> {
    await view.page.setViewportSize({ width, height: 900 });
    await seen(async () => ({ width, beyond: await beyond() }), { width, beyond: 0 });
  }

  const boxes = (): Promise<string[]> =>
    view.page.evaluate(() =>
      [...document.querySelectorAll('[role=tab]')].map((tab) => {
        const { x, y, width } = tab.getBoundingClientRect();
        return [x, y, width].map((one) => one.toFixed(2)).join(' ');
      }),
    );

  for (const [i, [example, drawn]] of VIEWS.entries())
    it(`stay within the page in ${example}, at every width${i > 0 ? ' @all' : ''}`, async () => {
      await view.open(example);
      await view.page.locator(drawn).first().waitFor({ state: 'attached' });
      for (const width of WIDTHS) await fits(width);
    });

  it('stay within it when there are eight, in a font that is a fifth wider', async () => {
    await view.open('query');
    await view.page.getByRole('tab').first().waitFor();
    await view.page.evaluate(() => {
      const last = document.querySelector('[role=tab]:last-child')!;
      last.after(last.cloneNode(true));
      for (const tab of document.querySelectorAll<HTMLElement>('[role=tab]')) tab.style.fontSize = '120%';
    });
    for (const width of WIDTHS) await fits(width);
  });

  it('stay where they are when another is chosen, and are called by their titles', async () => {
    await view.page.setViewportSize({ width: 620, height: 900 });
    await view.open('query');
    await view.page.getByRole('tab').first().waitFor();
    const before = await boxes();
    for (const name of ['Training', 'Compare', 'Query']) {
      await view.page.getByRole('tab', { name, exact: true }).click();
      await view.page.locator('[role=tab][aria-selected=true]', { hasText: name }).waitFor();
      assert.deepEqual(await boxes(), before, name);
    }
  });
});
