/** When a picture of a view can be taken. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrameLocator, Page } from 'playwright-core';

const STILL_MS = 4000;
const MOST_MS = 120_000;

/** Waits until the view's text has not changed for a while and nothing in it is being answered; resolves to the seconds. */
export async function still(view: Page | FrameLocator): Promise<number> {
  const begin = performance.now();
  let [text, since] = ['', begin];
  while (performance.now() - begin < MOST_MS) {
    const now = await view.locator('body').innerText();
    const isBusy = (await view.locator('[aria-busy=true], .progress-ring').count()) > 0;
    if (now !== text || isBusy) [text, since] = [now, performance.now()];
    if (performance.now() - since >= STILL_MS) break;
    await sleep(250);
  }
  return (since - begin) / 1000;
}
