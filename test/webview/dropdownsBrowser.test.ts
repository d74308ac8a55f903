/** Dropdowns in a real browser: the list that is open lies over all else, at every width and height of the panel. */
import assert from 'node:assert/strict';
import { inBrowser, VIEWS } from './inBrowser.js';

const WINDOWS = [
  { width: 1400, height: 900 },
  { width: 760, height: 560 },
] as const;

describe('the list of a dropdown', () => {
  const view = inBrowser(WINDOWS[0]);

  /** The options of the open list that can be seen, and of each what lies over its middle, if not itself. */
  const covered = (name: string): Promise<{ seen: number; over: string[] }> =>
    view.page.evaluate((label) => {
      const dropdown = document.querySelector(`vscode-dropdown[aria-label="${label}"]`);
      const list = dropdown?.shadowRoot?.querySelector('.listbox')?.getBoundingClientRect();
      const over: string[] = [];
      let seen = 0;
      for (const option of dropdown?.querySelectorAll('vscode-option') ?? []) {
        const { left, top, width, height } = option.getBoundingClientRect();
        const y = top + height / 2;
        if (!list || list.height === 0 || y < list.top || y > list.bottom || y < 0 || y > innerHeight) continue;
        seen++;
        for (const part of [0.05, 0.5, 0.95]) {
          const there = document.elementFromPoint(left + part * width, y);
          if (there !== option) over.push(`${option.textContent}: ${there?.outerHTML.slice(0, 80)}`);
        }
      }
      return { seen, over };
    }, name);

  for (const [i, [example, drawn]] of VIEWS.entries()) {
    it(`is over everything in ${example}${i > 0 ? ' @all' : ''}`, async () => {
      for (const size of WINDOWS) {
        await view.page.setViewportSize(size);
        await view.open(example);
        await view.page.locator(drawn).first().waitFor({ state: 'attached' });
        if (example === 'network') await view.page.locator(drawn).first().press('Enter');
        const dropdowns = view.page.locator('vscode-dropdown:visible');
        for (let i = 0; i < (await dropdowns.count()); i++) {
          const dropdown = dropdowns.nth(i);
          const name = (await dropdown.getAttribute('aria-label')) ?? '';
          await dropdown.click();
          await dropdown.locator('vscode-option').first().waitFor();
          const { seen, over } = await covered(name);
          assert.ok(seen > 0, `${name} at ${size.width} × ${size.height} shows no option`);
          assert.deepEqual(over, [], `${name} at ${size.width} × ${size.height}`);
          await view.page.keyboard.press('Escape');
        }
      }
    });
  }
});
