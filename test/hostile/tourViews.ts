/** Goes through every view of a run in a canary page: draws it, points at its marks, tabs through its controls. */
import type { Page } from 'playwright-core';
import { hashOf } from '../../webview/host/link.js';
import type { CanaryPage } from './canary.js';

/** What was drawn, and how much of the hostile text was on the screen, as text. */
export interface Toured {
  readonly views: string[];
  readonly texts: Set<string>;
}

const QUERY = hashOf({ view: 'query', query: 'dCNN(-, {1..2}, -, -)', measure: 'intra', epoch: 2, classes: [0, 1] });

/** The page has the run's address open. `texts` are looked for in text, tooltips and names for screen readers. */
export async function tourViews(canary: CanaryPage, texts: readonly string[]): Promise<Toured> {
  const { page } = canary;
  const toured: Toured = { views: [], texts: new Set() };
  await page.locator('.shell').waitFor({ timeout: 60_000 });
  await page.evaluate((hash) => (location.hash = hash), QUERY);
  for (const tab of await page.getByRole('tablist', { name: 'Views' }).getByRole('tab').all()) {
    await tab.click();
    await settled(page);
    toured.views.push((await tab.textContent()) ?? '');
    await pointAround(page);
    await canary.audit();
    for (const text of await textsIn(page, texts)) toured.texts.add(text);
  }
  return toured;
}

/** Until nothing waits, or for four seconds: what waits longer is looked at as it is. */
async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(250);
  await page
    .waitForFunction(() => document.querySelector('.waiting, .progress-ring') === null, null, { timeout: 4000 })
    .catch(() => undefined);
}

async function pointAround(page: Page): Promise<void> {
  for (let y = 120; y < 900; y += 130) for (let x = 60; x < 1400; x += 190) await page.mouse.move(x, y);
  for (let i = 0; i < 8; i++) await page.keyboard.press('Tab');
}

/** Of the texts, those that are on the page: in words, or in a tooltip or a name. */
async function textsIn(page: Page, texts: readonly string[]): Promise<string[]> {
  return page.evaluate((wanted) => {
    const words = [document.body.textContent ?? '', document.title];
    for (const element of document.querySelectorAll('[title], [aria-label], input'))
      words.push(
        element.getAttribute('title') ?? '',
        element.getAttribute('aria-label') ?? '',
        (element as HTMLInputElement).value ?? '',
      );
    const all = words.join('\n').replace(/\s+/g, ' ');
    return wanted.filter((text) => all.includes(text.replace(/\s+/g, ' ').slice(0, 24)));
  }, texts);
}
