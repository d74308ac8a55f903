/**
 * Drives VS Code's window as a person does: palette, quick open, editor, hover, tree, status bar, panels.
 * Waiting is for something that a person can see, or for it to change no more.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { newPage, type Complaints } from './browser.js';
import type { Server } from './server.js';

const artefacts = join('test-artifacts', 'workbench');

/** The page's own time out for one step, generous because a loaded machine is slow, not wrong. */
const STEP_MS = 120_000;

export class Workbench {
  private constructor(
    readonly page: Page,
    readonly complaints: Complaints,
  ) {}

  /** Opens a folder and waits until the window can be used. */
  static async open(browser: Browser, server: Server, folder: string): Promise<Workbench> {
    const { page, complaints } = await newPage(browser);
    page.setDefaultTimeout(STEP_MS);
    await page.goto(`http://127.0.0.1:${server.port}/?folder=${encodeURIComponent(folder)}`);
    const workbench = new Workbench(page, complaints);
    await page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor();
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
    return workbench;
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  /** Runs a command by its title in the palette: "CNNSlicer: Analyze CNN". */
  async runCommand(title: string): Promise<void> {
    await this.pick('F1', `>${title}`, title);
  }

  /** Opens the list of tasks, which has one of tasks.json, and leaves it open. */
  async offeredTask(label: string): Promise<void> {
    const row = this.offeredRow(label);
    // The list is made once, when it opens, and does not wait for a tasks.json that was written just now.
    for (let tries = 0; tries < 8 && !(await row.isVisible()); tries++) {
      await this.page.keyboard.press('Escape');
      await this.openQuickInput('Control+P', `task ${label}`);
      await row.waitFor({ timeout: 8000 }).catch(() => undefined);
    }
    await row.waitFor();
  }

  /** Ends a task that runs. */
  async terminateTask(label: string): Promise<void> {
    await this.runCommand('Tasks: Terminate Task');
    await this.page.locator('.quick-input-widget').filter({ hasText: 'Trains and records' }).waitFor();
    await this.pickRow(label);
  }

  /** Opens an address as a browser or another program would, and allows the extension to take it. */
  async openUrl(url: string): Promise<void> {
    await this.runCommand('Developer: Open URL');
    await this.page.locator('.quick-input-widget').filter({ hasText: 'URL to open' }).waitFor();
    await this.answerInput(url);
    await this.answerDialog('Open');
  }

  /** Titles that the palette offers for what was typed. */
  async offeredCommands(typed: string): Promise<string[]> {
    await this.openQuickInput('F1', `>${typed}`);
    const rows = this.page.locator('.quick-input-list .monaco-list-row .label-name');
    await this.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    const titles = await rows.allTextContents();
    await this.page.keyboard.press('Escape');
    return titles;
  }

  /** Opens a file of the folder by its name, and waits for its text. */
  async openFile(name: string): Promise<void> {
    const tab = this.page.locator(`.tab.active[data-resource-name="${name}"]`);
    // What opens meanwhile, a panel or another file, may take the place of the file that was picked.
    for (let triesLeft = 5; triesLeft > 0; triesLeft--) {
      await this.pick('Control+P', name, name);
      if (await isSoon(tab)) break;
    }
    await tab.waitFor();
    await this.page.locator('.editor-instance .view-line').first().waitFor();
  }

  /** Puts the cursor into a line (one-based) and scrolls there. */
  async goToLine(line: number): Promise<void> {
    await this.openQuickInput('Control+G', `:${line}`);
    await this.page.keyboard.press('Enter');
    await this.waitForCursor(line);
  }

  /** Shows a file that is open and puts its cursor into a line (one-based). */
  async goToLineOf(file: string, line: number): Promise<void> {
    await this.page.locator(`.tab[data-resource-name="${file}"]`).first().click();
    await this.goToLine(line);
  }

  /** Waits until the active editor's cursor is in a line (one-based). */
  async waitForCursor(line: number): Promise<void> {
    await this.page.waitForFunction(cursorIsAt, line);
  }

  /** The cursor's line and column as the status bar shows them, one-based. */
  async cursor(): Promise<{ line: number; column: number }> {
    const text = await this.page.locator('#status\\.editor\\.selection').innerText();
    const [, line, column] = /Ln (\d+), Col (\d+)/.exec(text) ?? [];
    return { line: Number(line), column: Number(column) };
  }

  /** The name on the active editor's tab. */
  async activeTab(): Promise<string> {
    return (
      (await this.page.locator('.editor-group-container.active .tab.active').getAttribute('data-resource-name')) ?? ''
    );
  }

  /** The CodeLens whose text matches, in view. */
  codeLens(text: string | RegExp): Locator {
    return this.page.locator('.codelens-decoration a').filter({ hasText: text }).first();
  }

  /** The first CodeLens above the line in view that holds a text. */
  async codeLensAbove(text: string): Promise<Locator> {
    const line = this.page.locator('.view-line').filter({ hasText: text }).first();
    const top = (await line.boundingBox())?.y ?? 0;
    const lenses = this.page.locator('.codelens-decoration');
    const boxes = await Promise.all((await lenses.all()).map((lens) => lens.boundingBox()));
    const distances = boxes.map((box) => (box && box.y < top ? top - box.y : Infinity));
    return lenses
      .nth(distances.indexOf(Math.min(...distances)))
      .locator('a')
      .first();
  }

  /** The texts of all CodeLenses in view, after at least one is there. */
  async codeLenses(): Promise<string[]> {
    await this.page.locator('.codelens-decoration a').first().waitFor();
    const texts = await this.page.locator('.codelens-decoration a').allInnerTexts();
    // Those just out of view have a place and no text yet.
    return texts.filter((text) => text !== '');
  }

  /** Waits until no lens in view has changed for a while: what is still being computed shifts those beside it. */
  async lensesSettled(): Promise<void> {
    for (let [before, unchanged] = ['', 0]; unchanged < 4;) {
      const now = (await this.codeLenses()).join('\n');
      [before, unchanged] = [now, now === before ? unchanged + 1 : 0];
      await this.page.waitForTimeout(500);
    }
  }

  /** Rests the mouse on the first occurrence of a text in view; resolves to the hover that opens, which may still fill. */
  async hover(text: string): Promise<Locator> {
    const { x, y } = await this.positionOf(text);
    await this.page.mouse.move(x + 120, y + 60);
    await this.page.mouse.move(x, y, { steps: 3 });
    const hover = this.page.locator('.monaco-hover-content').filter({ visible: true });
    await hover.first().waitFor();
    return hover;
  }

  /** Takes the mouse off the hover that is open, which then closes. */
  async leaveHover(): Promise<void> {
    await this.page.mouse.move(1, 1);
    await this.page.locator('.monaco-hover-content').filter({ visible: true }).first().waitFor({ state: 'hidden' });
  }

  /** The text of every item in the status bar. */
  async statusBar(): Promise<string[]> {
    return this.page.locator('.part.statusbar .statusbar-item').allInnerTexts();
  }

  /** The status bar item whose text matches. */
  statusItem(text: string | RegExp): Locator {
    return this.page.locator('.part.statusbar .statusbar-item').filter({ hasText: text }).first();
  }

  /** Opens a view container by the name in the activity bar, and waits for its view. */
  async openSideBar(title: string): Promise<void> {
    const action = this.page.locator(`.activitybar .action-label[aria-label^="${title}"]`).first();
    await action.click();
    await this.page.locator('.part.sidebar .composite.title, .part.sidebar .pane-header').first().waitFor();
  }

  /** Rows of the tree in the side bar whose text matches. */
  treeRow(text: string | RegExp): Locator {
    return this.page.locator('.part.sidebar .monaco-list-row').filter({ hasText: text }).first();
  }

  async treeRows(): Promise<string[]> {
    return this.page.locator('.part.sidebar .monaco-list-row').allInnerTexts();
  }

  /** Picks an entry of a row's context menu. */
  async pickFromMenu(row: Locator, entry: string): Promise<void> {
    const item = this.page.locator('.monaco-menu .action-item').filter({ hasText: entry });
    // A row that is drawn anew takes no click.
    for (let triesLeft = 5; triesLeft > 0; triesLeft--) {
      await row.click({ button: 'right' });
      if (await isSoon(item)) break;
    }
    // A menu takes no click in the moment that it opens, but always a key.
    await item.hover();
    await this.page.keyboard.press('Enter');
  }

  /** Presses a button of the dialog that is open. */
  async answerDialog(button: string): Promise<void> {
    await this.page.locator('.monaco-dialog-box .monaco-button').filter({ hasText: button }).click();
  }

  /** Types into the input box that is open, and accepts. */
  async answerInput(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget .quick-input-box input');
    await input.waitFor();
    await input.fill(text);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Picks a row of the list that is open. */
  async pickRow(text: string): Promise<void> {
    const row = this.offeredRow(text);
    await row.waitFor();
    if (!(await this.taken(row))) throw new Error(`the row "${text}" stays in the list after it was picked`);
  }

  /** The row of a problem in the Problems view. */
  problem(text: RegExp): Locator {
    return this.page.locator('.markers-panel .monaco-list-row').filter({ hasText: text }).first();
  }

  /** The link behind a problem of a kind, which says why. */
  problemLink(code: string): Locator {
    return this.page.locator('.markers-panel a[href^="command:"]').filter({ hasText: code }).first();
  }

  /** Opens the quick fixes at a text in view. */
  async openQuickFixes(text: string): Promise<void> {
    const { x, y } = await this.positionOf(text);
    await this.page.mouse.click(x, y);
    await this.page.keyboard.press('Control+.');
  }

  /** One of the quick fixes that are open. */
  offeredFix(title: RegExp): Locator {
    return this.page.locator('.action-widget .monaco-list-row').filter({ hasText: title }).first();
  }

  /** A line in view that holds a text; the editor's spaces do not break, so a regular expression has \s for them. */
  line(text: RegExp): Locator {
    return this.page.locator('.view-line').filter({ hasText: text }).first();
  }

  /** Loads the window anew, in the orderly way that keeps what was open. */
  async reload(): Promise<void> {
    const title = 'Developer: Reload Window';
    await this.openQuickInput('F1', `>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: title }).first().waitFor();
    // By key: a click waits for a row that the reload takes away.
    await Promise.all([this.page.waitForEvent('load'), this.page.keyboard.press('Enter')]);
    await this.page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor();
  }

  /** The inside of the webview that is shown. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** The tab of one of the panel's views. */
  viewTab(title: string, state: { readonly selected?: boolean } = {}): Locator {
    return this.webview().getByRole('tab', { name: title, exact: true, ...state });
  }

  /** By its button: a palette would lose the keyboard to a page that is still loading. */
  async closeTab(label: string): Promise<void> {
    const tab = this.page.locator(`.tab[aria-label^="${label}"]`);
    await tab.hover();
    await tab.locator('.tab-actions .action-label').first().click();
    await tab.waitFor({ state: 'detached' });
  }

  /** The steps of the walkthrough that is open. */
  walkthroughSteps(): Locator {
    return this.page.locator('.gettingStartedContainer [data-step-id]').filter({ visible: true });
  }

  /** Texts of the notifications that are shown now. */
  async notifications(): Promise<string[]> {
    return this.page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts();
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text }).first();
  }

  /** Keeps a picture of the window under test-artifacts/workbench; resolves to its path. */
  async screenshot(name: string): Promise<string> {
    await mkdir(artefacts, { recursive: true });
    const path = join(artefacts, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  private offeredRow(text: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  }

  /**
   * A list is made once, when it opens: what an extension adds while it starts is in the next one. What takes the
   * keyboard meanwhile, a file that has just opened, closes the list.
   */
  private async pick(key: string, typed: string, row: string): Promise<void> {
    const wanted = this.offeredRow(row);
    for (let triesLeft = 10; triesLeft > 0; triesLeft--) {
      await this.openQuickInput(key, typed);
      if (await this.taken(wanted)) return;
      await this.page.keyboard.press('Escape');
    }
    throw new Error(`"${typed}" offers no "${row}" that can be picked`);
  }

  /** Whether a row that is there soon was clicked, and went. What was picked may open a list of its own. */
  private async taken(row: Locator): Promise<boolean> {
    const timeout = STEP_MS / 12;
    try {
      await row.click({ timeout });
      await row.waitFor({ state: 'hidden', timeout });
      return true;
    } catch {
      return false;
    }
  }

  /** Pressed again where the one before was still closing, and took the key. */
  private async openQuickInput(key: string, typed: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget .quick-input-box input');
    for (let triesLeft = 5; ; triesLeft--) {
      await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
      await this.page.keyboard.press(key);
      const filled = input.fill(typed, { timeout: STEP_MS / 12 });
      if (triesLeft === 1) return filled;
      if (
        await filled.then(
          () => true,
          () => false,
        )
      )
        return;
    }
  }

  /** The middle of a text's first occurrence among the lines in view, in pixels of the page. */
  private async positionOf(text: string): Promise<{ x: number; y: number }> {
    await this.page.locator('.view-line').filter({ hasText: text }).first().waitFor();
    const position = await this.page.evaluate(middleOfText, text);
    if (!position) throw new Error(`"${text}" is on no line in view`);
    return position;
  }
}

/** Whether it is there within a twelfth of a step's time. */
async function isSoon(wanted: Locator): Promise<boolean> {
  return wanted.waitFor({ timeout: STEP_MS / 12 }).then(
    () => true,
    () => false,
  );
}

/** Runs in the page. Spaces in an editor's line are no-break spaces. */
function middleOfText(text: string): { x: number; y: number } | undefined {
  for (const line of document.querySelectorAll('.view-line')) {
    const start = (line.textContent ?? '').replaceAll('\u00a0', ' ').indexOf(text);
    if (start < 0) continue;
    let passed = 0;
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const length = node.textContent?.length ?? 0;
      const offset = start + Math.floor(text.length / 2) - passed;
      if (offset < length) {
        const range = document.createRange();
        range.setStart(node, offset);
        range.setEnd(node, offset + 1);
        const box = range.getBoundingClientRect();
        return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      }
      passed += length;
    }
  }
  return undefined;
}

/** Runs in the page. */
function cursorIsAt(line: number): boolean {
  return document.querySelector('#status\\.editor\\.selection')?.textContent?.includes(`Ln ${line},`) ?? false;
}
