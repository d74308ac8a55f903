/**
 * The panel of a run, driven as a person does: tabs, query, sliders, dropdowns, drags, dialogs. What a view shows is
 * waited for by what a person can read or hear in it.
 */
import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrameLocator, Locator } from 'playwright-core';
import type { Workbench } from '../workbench.js';
import type { CommandLine } from './commandLine.js';

/** One row of the tour's table: what a person does, by which effect it is seen, and how both are tried. */
export type Interaction = readonly [does: string, seenBy: string, drive: (panel: Panel) => Promise<void>];

/** Between 0 and 1, from the left and from the top. */
export type Place = readonly [x: number, y: number];

const PATIENCE_MS = 60_000;
const PRESS_MS = 10_000;

export class Panel {
  constructor(
    readonly workbench: Workbench,
    /** The workspace. */
    readonly folder: string,
    /** The same recording asked on the command line. */
    readonly commandLine: CommandLine,
  ) {}

  get view(): FrameLocator {
    return this.workbench.webview();
  }

  async show(title: string): Promise<void> {
    await this.workbench.viewTab(title).click();
    await this.workbench.viewTab(title, { selected: true }).waitFor();
  }

  /** A chart or another part of a view, by its name. */
  part(name: string | RegExp): Locator {
    return this.view.getByRole('region', { name, exact: typeof name === 'string' }).first();
  }

  /** Waits until a part has an answer and none is on its way. */
  async settled(part: Locator): Promise<void> {
    await becomes(
      async () => [await part.getAttribute('aria-busy'), await part.locator('.waiting').count()],
      ['false', 0],
    );
  }

  get query(): Locator {
    return this.view.getByRole('combobox', { name: 'Query' });
  }

  /** Writes the query, which takes effect when the field is left. */
  async write(text: string): Promise<void> {
    await this.query.fill(text);
    await this.query.press('Escape');
    await this.query.blur();
  }

  async choose(dropdown: string, option: string): Promise<void> {
    const list = this.view.locator(`vscode-dropdown[aria-label="${dropdown}"]`);
    await list.click();
    await list.locator('vscode-option').filter({ hasText: option }).first().click();
  }

  async check(box: string): Promise<void> {
    await this.view.locator('vscode-checkbox').filter({ hasText: box }).click();
  }

  /** The slider over epochs of the view in sight. */
  get epochs(): Locator {
    return this.view.getByRole('slider', { name: 'Epoch' }).first();
  }

  async epoch(): Promise<number> {
    return Number(await this.epochs.getAttribute('aria-valuenow'));
  }

  /** Moves the slider by keys. */
  async toEpoch(epoch: number): Promise<void> {
    await this.epochs.focus();
    await this.epochs.press('Home');
    for (let at = 0; at < epoch; at++) await this.epochs.press('ArrowRight');
    await becomes(() => this.epoch(), epoch);
  }

  /** Drags inside a part of the page from one place to another, which may move away while it is dragged to. */
  async drag(part: Locator, from: Place, to: Place | (() => Promise<Place>)): Promise<void> {
    const { mouse } = this.workbench.page;
    await mouse.move(...(await pixelOf(part, from)));
    await mouse.down();
    for (let again = 0; again < (typeof to === 'function' ? 4 : 1); again++)
      await mouse.move(...(await pixelOf(part, typeof to === 'function' ? await to() : to)), { steps: 4 });
    await mouse.up();
  }

  /** Rests the mouse on a place of a part. */
  async point(part: Locator, at: Place): Promise<void> {
    await this.workbench.page.mouse.move(...(await pixelOf(part, at)), { steps: 2 });
  }

  /** Presses one of a chart's links to save it and takes the dialog's offer; resolves to the file's bytes. */
  async saved(chart: Locator, kind: 'SVG' | 'PNG' | 'CSV'): Promise<Buffer> {
    const { page } = this.workbench;
    const dialog = page.locator('.quick-input-widget');
    const input = dialog.locator('.quick-input-box input');
    const ending = `.${kind.toLowerCase()}`;
    // A dialog that is closed keeps what was in it.
    const offered = async (): Promise<string> => ((await dialog.isVisible()) ? input.inputValue() : 'no dialog');
    const press = async (): Promise<string> => {
      const button = chart.getByRole('button', { name: kind, exact: true });
      const reason = await button.click({ timeout: PRESS_MS }).then(() => '', String);
      const isOffered = async (): Promise<boolean> => (await offered()).endsWith(ending);
      const isThere = await becomes(isOffered, true, PRESS_MS).then(
        () => true,
        () => false,
      );
      return isThere ? 'a file is offered' : `${await offered()}; ${reason}`;
    };
    // Pressed again where the chart was drawn anew under the mouse.
    await becomes(press, 'a file is offered');
    const path = join(this.folder, `saved${ending}`);
    // It fills itself while it opens, over what was typed.
    await becomes(async () => (await input.fill(path), await sleep(100), await offered()), path);
    await dialog.getByRole('button', { name: 'OK' }).click();
    await dialog.waitFor({ state: 'hidden' });
    let bytes = Buffer.alloc(0);
    await becomes(async () => (bytes = await readFile(path).catch(() => bytes)).length > 0, true);
    await rm(path);
    return bytes;
  }
}

/** Looks until what is seen is what is expected; the last look is what a failure shows. */
export async function becomes<T>(look: () => Promise<T>, expected: T, patience = PATIENCE_MS): Promise<void> {
  let last = await look();
  for (const end = Date.now() + patience; Date.now() < end && !isSame(last, expected); last = await look())
    await sleep(100);
  assert.deepEqual(last, expected);
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** In the page, whatever frame the part is in. */
async function pixelOf(part: Locator, [x, y]: Place): Promise<[number, number]> {
  await part.scrollIntoViewIfNeeded();
  const box = await part.boundingBox();
  if (!box) throw new Error('what is to be dragged is not on the screen');
  return [box.x + x * box.width, box.y + y * box.height];
}
