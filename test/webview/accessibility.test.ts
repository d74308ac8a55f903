/** axe-core over every view in Chromium: no serious violation in light, dark and high contrast; every control by keys. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { inBrowser, VIEWS } from './inBrowser.js';

/** What axe-core puts into the page. */
interface Axe {
  run(context: Document, options: object): Promise<{ violations: Violation[] }>;
}
interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const THEMES = ['vscode-light', 'vscode-dark', 'vscode-high-contrast'] as const;

describe('views for everybody', () => {
  const view = inBrowser({ width: 1400, height: 900 });

  async function open(example: string, drawn: string, theme: string): Promise<void> {
    await view.open(example, theme);
    await view.page.locator(drawn).first().waitFor({ state: 'attached' });
    await view.page.waitForTimeout(300);
  }

  for (const [example, drawn] of VIEWS) {
    for (const [i, theme] of THEMES.entries())
      it(`axe finds nothing serious in ${example}, ${theme}${i > 0 ? ' @all' : ''}`, async () => {
        await open(example, drawn, theme);
        assert.deepEqual(await serious(), []);
      });

    it(`every control of ${example} is reached by Tab, and none holds it`, async () => {
      await open(example, drawn, 'vscode-light');
      const wanted = await markControls();
      assert.ok(wanted > 8);
      const reached = new Set<string>();
      for (let i = 0; i < 2 * wanted + 4 && reached.size < wanted; i++) {
        await view.page.keyboard.press('Tab');
        const name = await focusedControl();
        if (name !== null) reached.add(name);
      }
      assert.deepEqual(await missedControls([...reached]), []);
    });
  }

  /** Numbers every control that is there for keys, and says how many there are. */
  function markControls(): Promise<number> {
    return view.page.evaluate(() => {
      const found = document.querySelectorAll<HTMLElement>(
        'button, a[href], input, select, textarea, [tabindex="0"], vscode-button, vscode-dropdown, vscode-checkbox',
      );
      const open = [...found].filter(
        (one) =>
          one.tabIndex >= 0 && !one.hasAttribute('disabled') && one.checkVisibility({ visibilityProperty: true }),
      );
      open.forEach((one, i) => one.setAttribute('data-control', String(i)));
      document.body.focus();
      return open.length;
    });
  }

  function focusedControl(): Promise<string | null> {
    return view.page.evaluate(
      () => document.activeElement?.closest('[data-control]')?.getAttribute('data-control') ?? null,
    );
  }

  /** Controls that Tab did not come to and that are still there, in words. */
  function missedControls(reached: readonly string[]): Promise<string[]> {
    return view.page.evaluate((known) => {
      const all = [...document.querySelectorAll('[data-control]')];
      const missed = all.filter((one) => !known.includes(one.getAttribute('data-control') ?? ''));
      return missed.map((one) => one.outerHTML.slice(0, 160));
    }, reached);
  }

  /** The page's policy forbids scripts in it: the debugger's door is the only one. */
  async function serious(): Promise<string[]> {
    const client = await view.page.context().newCDPSession(view.page);
    await client.send('Runtime.evaluate', { expression: AXE });
    const violations = await view.page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: Axe };
      const found = (await axe.run(document, { resultTypes: ['violations'] })).violations;
      // A mark's name says more than the numbers that are drawn in it, and a card's sums up the list in it.
      return found.map((one) =>
        one.id === 'label-content-name-mismatch'
          ? {
              ...one,
              nodes: one.nodes.filter(({ target }) => {
                const mark = document.querySelector(String(target[0]));
                return !mark?.closest('svg') && !mark?.querySelector('ol, ul');
              }),
            }
          : one,
      );
    });
    await client.detach();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, help, nodes }) =>
        nodes
          .slice(0, 4)
          .map(({ target, failureSummary = '' }) => `${id} (${help}): ${target.join(' ')} ${failureSummary}`),
      );
  }
});
