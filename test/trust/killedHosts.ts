/**
 * A window of the real workbench in which the packaged extension shows a run, and whose extension host can be killed. What
 * a view says is read as text, so that it can be held against what an undisturbed window said.
 */
import { createVSIX } from '@vscode/vsce';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { Files } from '../data/makeFiles.js';
import { syntheticRun } from '../engine/syntheticRun.js';
import { openBrowser } from '../workbench/browser.js';
import { startServer, type Server } from '../workbench/server.js';
import { Workbench } from '../workbench/workbench.js';

const MARK = 'CNNSLICER_HOST_KILLS';

/** What a person chose: it is to be there again. */
export interface Chosen {
  readonly view: string;
  readonly epoch: number;
}

export class KilledHosts {
  private constructor(
    readonly server: Server,
    readonly browser: Browser,
    readonly page: Page,
    readonly mark: string,
    /** How long anything may take. */
    public stepMs: number,
  ) {}

  /** The window, with a run of the epochs 0 to 3 open. `stepMs`: how long anything may take. */
  static async open(stepMs: number): Promise<KilledHosts> {
    const folder = new Files().folder;
    const workspace = join(folder, 'workspace');
    mkdirSync(join(workspace, '.cnnslicer', 'runs'), { recursive: true });
    cpSync((await syntheticRun()).folder, join(workspace, '.cnnslicer', 'runs', 'run'), { recursive: true });
    writeFileSync(join(workspace, 'train.js'), "const tf = require('@tensorflow/tfjs');\n");
    const vsix = join(folder, 'cnnslicer.vsix');
    // Installed as a person has it: in a window for developing extensions the editor does not start a host again.
    await createVSIX({
      packagePath: vsix,
      dependencies: false,
      allowMissingRepository: true,
      rewriteRelativeLinks: false,
    });
    const mark = `${process.pid}-${Date.now()}`;
    const server = await startServer({ extensions: [vsix], env: { [MARK]: mark } });
    const browser = await openBrowser();
    const workbench = await Workbench.open(browser, server, workspace);
    workbench.page.setDefaultTimeout(stepMs);
    await workbench.runCommand('CNNSlicer: Open Run');
    await workbench.pickRow('sample');
    const opened = new KilledHosts(server, browser, workbench.page, mark, stepMs);
    await opened.#tab('Query').waitFor();
    return opened;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }

  /** The page that is in front; while one takes another's place both are there for a moment. */
  #view(): FrameLocator {
    return this.page.locator('iframe.webview.ready').last().contentFrame().frameLocator('iframe#active-frame');
  }

  #tab(view: string): Locator {
    return this.#view().getByRole('tab', { name: view, exact: true });
  }

  /** Told apart by the editor's own name for it. */
  async pages(): Promise<string[]> {
    const names = this.page.locator('iframe.webview').evaluateAll((all) => all.map((one) => one.getAttribute('name')));
    return (await names).map(String);
  }

  async choose({ view, epoch }: Chosen): Promise<void> {
    await this.#tab(view).click();
    await this.toEpoch(epoch);
  }

  /** The layer view's order of channels, which else is that of the epoch that was seen first. */
  async orderByIndex(): Promise<void> {
    await this.#tab('Layers').click();
    const orders = this.#view().locator('vscode-dropdown').filter({ hasText: 'clustered' });
    await orders.nth(1).waitFor();
    for (const order of await orders.all()) {
      await order.click();
      await order.locator('vscode-option').filter({ hasText: 'index' }).click();
    }
  }

  async toEpoch(epoch: number): Promise<void> {
    const slider = this.#view().getByRole('slider', { name: 'Epoch' }).first();
    await slider.focus();
    await slider.press('Home');
    for (let at = 0; at < epoch; at++) await slider.press('ArrowRight');
  }

  /** All that the view says, without what it says of its host; '' while there is none. */
  async text(): Promise<string> {
    const read = (body: HTMLElement): string => {
      const own = body.querySelector('.shell')?.cloneNode(true) as HTMLElement | undefined;
      for (const one of own?.querySelectorAll('.toast-place, style') ?? []) one.remove();
      return own?.textContent ?? '';
    };
    return this.#view()
      .locator('body')
      .evaluate(read, null, { timeout: 5000 })
      .catch(() => '');
  }

  /** The text once it has stood still and nothing waits. */
  async settledText(): Promise<string> {
    const waits = this.#view().locator('[aria-busy=true], .progress-ring');
    let [before, still] = ['', 0];
    for (const deadline = Date.now() + this.stepMs; still < 5 && Date.now() < deadline; await sleep(300)) {
      const now = await this.text();
      const isStill = now !== '' && now === before && (await waits.count()) === 0;
      [before, still] = [now, isStill ? still + 1 : 0];
    }
    return before;
  }

  /** Whether the view comes to say one of these; which, or null. */
  async comesToSay(texts: readonly string[]): Promise<string | null> {
    for (const deadline = Date.now() + this.stepMs; Date.now() < deadline; await sleep(150)) {
      const now = await this.text();
      if (texts.includes(now)) return now;
    }
    return null;
  }

  /** Whether the view is there, and says of nothing that it failed. */
  async stands(view: string): Promise<boolean> {
    const failures = await this.#view().locator('.failure').count();
    return failures === 0 && (await this.#tab(view).getAttribute('aria-selected')) === 'true';
  }

  /** The page says that nobody answers it; null where the host came back before there was anything to say. */
  async saysThatItsHostIsSilent(): Promise<boolean | null> {
    const words = this.#view().getByText('The extension host is not responding.');
    for (const deadline = Date.now() + this.stepMs; Date.now() < deadline; await sleep(100)) {
      if (await words.isVisible()) return true;
      if (this.isBack()) return null;
    }
    return false;
  }

  /** Processes of this window that host extensions. */
  #hosts(): number[] {
    const pids = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
    return pids.filter((pid) => {
      try {
        const isOurs = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${MARK}=${this.mark}\0`);
        return isOurs && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=extensionHost');
      } catch {
        return false; // It ended meanwhile.
      }
    });
  }

  /** A host is there, which may not have begun. */
  isBack(): boolean {
    return this.#hosts().length > 0;
  }

  kill(): number {
    const pids = this.#hosts();
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    return pids.length;
  }

  /** The editor starts it again by itself, twice in five minutes; after that where a person presses the button. */
  async restarted(): Promise<boolean> {
    const button = this.page.locator('.notification-list-item .monaco-button').filter({ hasText: 'Restart' }).first();
    for (const deadline = Date.now() + this.stepMs; Date.now() < deadline; await sleep(100)) {
      if (this.isBack()) return true;
      if (await button.isVisible()) await button.click({ timeout: 2000 }).catch(() => undefined);
    }
    return false;
  }

  /** The host that is there does nothing any more, without having ended. */
  stopHost(): void {
    for (const pid of this.#hosts()) process.kill(pid, 'SIGSTOP');
  }

  /** A panel that answers stands in the place of those that were there. */
  async replaced(old: readonly string[]): Promise<boolean> {
    for (const deadline = Date.now() + this.stepMs; Date.now() < deadline; await sleep(100)) {
      const now = await this.pages();
      if (now.length > 0 && now.every((name) => !old.includes(name))) return true;
    }
    return false;
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  /** Keeps a picture of the window; resolves to its path. */
  async picture(name: string): Promise<string> {
    const path = join('test-artifacts', 'trust', `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  /** Broken on purpose: what the window keeps for itself is lost. */
  async forget(): Promise<void> {
    await this.page.evaluate(async () => {
      for (const { name } of await indexedDB.databases()) if (name) indexedDB.deleteDatabase(name);
      localStorage.clear();
    });
  }
}
