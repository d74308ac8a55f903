/** axe-core over every view in Chromium: no serious violation in light, dark and high contrast; every control by keys. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { inBrowser } from './inBrowser.js';

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

/** An example of each view, and what is there once it has been drawn. */
const VIEWS = [
  ['query', '.line-chart svg'],
  ['training-sizes', '.diversity-row'],
  ['layers-dead', '.cell-maps td canvas'],
  ['channels', '.map-rows path'],
] as const;
const THEMES = ['vscode-light', 'vscode-dark', 'vscode-high-contrast'] as const;

describe('views for everybody', function () {
  this.timeout(120_000);
  const view = inBrowser({ width: 1400, height: 900 });

  async function open(example: string, drawn: string, theme: string): Promise<void> {
    await view.open(example, theme);
    await view.page.locator(drawn).first().waitFor({ state: 'attached' });
    await view.page.waitForTimeout(300);
  }

  for (const [example, drawn] of VIEWS) {
    it(`axe finds nothing serious in ${example}`, async () => {
      for (const theme of THEMES) {
        await open(example, drawn, theme);
        assert.deepEqual(await serious(), [], theme);
      }
    });

    it(`every control of ${example} is reached by Tab, and none holds it`, async () => {
      await open(example, drawn, 'vscode-light');
      const wanted = await view.page.evaluate(
        () =>
          [
            ...document.querySelectorAll<HTMLElement>(
              'button, input, [tabindex="0"], vscode-dropdown, vscode-checkbox',
            ),
          ].filter((one) => one.tabIndex >= 0 && !one.hasAttribute('disabled') && one.getClientRects().length > 0)
            .length,
      );
      assert.ok(wanted > 8);
      await view.page.evaluate(() => document.body.focus());
      const reached = new Set<string>();
      for (let i = 0; i < wanted + 4; i++) {
        await view.page.keyboard.press('Tab');
        reached.add(
          await view.page.evaluate(() => {
            const all = [...document.querySelectorAll('*')];
            return String(document.activeElement ? all.indexOf(document.activeElement) : -1);
          }),
        );
      }
      assert.ok(reached.size >= wanted, `${reached.size} of ${wanted} controls`);
    });
  }

  /** The page's policy forbids scripts in it: the debugger's door is the only one. */
  async function serious(): Promise<string[]> {
    const client = await view.page.context().newCDPSession(view.page);
    await client.send('Runtime.evaluate', { expression: AXE });
    const violations = await view.page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: Axe };
      const found = (await axe.run(document, { resultTypes: ['violations'] })).violations;
      // A mark's name says more than the numbers that are drawn in it, in an order of its own.
      return found.map((one) =>
        one.id === 'label-content-name-mismatch'
          ? {
              ...one,
              nodes: one.nodes.filter(({ target }) => !document.querySelector(String(target[0]))?.closest('svg')),
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
