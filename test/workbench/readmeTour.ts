/**
 * The animated tour at the top of the README and in the walkthrough: a training is recorded in the real editor,
 * then the line of a layer, its hover, the views and a quick fix are shown.
 *   node --import tsx test/workbench/readmeTour.ts [picture]
 * The packaged extension is used (npm run package).
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { animation, type Frame } from './animation.js';
import { openBrowser } from './browser.js';
import { startServer } from './server.js';
import { still } from './still.js';
import { packagedExtension } from './tour.js';
import { makeTourWorkspace } from './tourWorkspace.js';
import { Workbench } from './workbench.js';

const [out = 'media/walkthrough/tour.gif'] = process.argv.slice(2);
const SIZE = { width: 1360, height: 850 };
const RECORDING_MS = 300_000;
const SECOND_CONVOLUTION = 'filters: 16';
/** A picture is looked at for so long; the words of a caption take longer. */
const LOOK_MS = 1600;
const READ_MS = 2600;
/** The hover fades in. */
const FADE_MS = 1000;
/** Steps of the pointer's way from one place to the next. */
const WAY = [0.25, 0.55, 0.8, 0.95, 1];
const WAY_MS = 60;

/** Takes the frames, with a caption and a pointer drawn over the window. */
class Film {
  readonly frames: Frame[] = [];
  private at = { x: SIZE.width / 2, y: SIZE.height / 2 };

  constructor(private readonly page: Page) {}

  async say(caption: string): Promise<void> {
    await this.page.evaluate(drawCaption, caption);
  }

  async take(milliseconds = LOOK_MS): Promise<void> {
    this.frames.push({ png: await this.page.screenshot(), milliseconds });
  }

  /** Moves the pointer to the middle of what is there, a frame a step. */
  async point(place: Locator): Promise<void> {
    const box = await place.boundingBox();
    if (!box) throw new Error('there is nothing to point at');
    const from = this.at;
    const to = { x: box.x + Math.min(box.width / 2, 90), y: box.y + box.height / 2 };
    for (const share of WAY) {
      this.at = { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) };
      await this.page.evaluate(drawPointer, this.at);
      await this.take(share === 1 ? 500 : WAY_MS);
    }
  }
}

const workspace = await makeTourWorkspace({ installed: true });
const settings = { 'editor.minimap.enabled': false, 'editor.stickyScroll.enabled': false, 'editor.fontSize': 13 };
const server = await startServer({ theme: 'light', extensions: [await packagedExtension()], settings });
const browser = await openBrowser();
try {
  const workbench = await Workbench.open(browser, server, workspace.folder);
  await workbench.page.setViewportSize(SIZE);
  const film = new Film(workbench.page);
  await record(workbench, film);
  await readTheLine(workbench, film);
  await openTheViews(workbench, film);
  await reduce(workbench, film);
  const gif = animation(film.frames);
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, gif);
  console.log(`${out}: ${film.frames.length} frames, ${(gif.byteLength / 1e6).toFixed(1)} MB`);
} finally {
  await browser.close();
  await server.stop();
  await workspace.remove();
}

async function record(workbench: Workbench, film: Film): Promise<void> {
  const { page } = workbench;
  await page.keyboard.press('Control+B');
  await workbench.openFile('train.js');
  await workbench.goToLine(workspace.lineOf(SECOND_CONVOLUTION));
  await film.say('Open a training script');
  await film.take(READ_MS);
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget .quick-input-box input').fill('>CNNSlicer: Analyze CNN');
  const command = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Analyze CNN' }).first();
  await command.waitFor();
  await film.say('Run “Analyze CNN”');
  await film.point(command);
  await film.take();
  await command.click();
  await film.say('The script trains unchanged, and every epoch is recorded');
  for (const epoch of [/epoch [1-3] of/, /epoch [4-6] of/, /epoch [7-9] of/]) {
    await workbench.statusItem(epoch).waitFor({ timeout: RECORDING_MS });
    await film.take(1200);
  }
  await workbench.statusItem(/recording/).waitFor({ state: 'detached', timeout: RECORDING_MS });
  await workbench.lensesSettled();
}

async function readTheLine(workbench: Workbench, film: Film): Promise<void> {
  await film.say('Above each layer: the entropy of its maps over epochs, and its dead channels');
  await film.point(await workbench.codeLensAbove(SECOND_CONVOLUTION));
  await film.take(READ_MS);
  const hover = await workbench.hover(SECOND_CONVOLUTION);
  await hover.locator('img').first().waitFor();
  await sleep(FADE_MS);
  await film.say('Hover over the layer: each channel, by class');
  await film.take(READ_MS);
  await workbench.page.keyboard.press('Escape');
}

async function openTheViews(workbench: Workbench, film: Film): Promise<void> {
  await (await workbench.codeLensAbove(SECOND_CONVOLUTION)).click();
  const captions: readonly (readonly [tab: string, caption: string])[] = [
    ['Query', 'Click: slice the recording by inputs, layers, channels and epochs'],
    ['Training', 'Which classes are confused, epoch by epoch'],
    ['Layers', 'Which channels share information, compared with chance'],
    ['Channels', 'What each channel responds to'],
    ['Network', 'Which channels respond to which classes'],
    ['Information', 'How much each layer knows about the label'],
  ];
  for (const [tab, caption] of captions) {
    await workbench.viewTab(tab).waitFor();
    await film.point(workbench.viewTab(tab));
    await workbench.viewTab(tab).click();
    await workbench.viewTab(tab, { selected: true }).waitFor();
    await still(workbench.webview());
    await film.say(caption);
    await film.take(READ_MS);
  }
}

async function reduce(workbench: Workbench, film: Film): Promise<void> {
  await workbench.goToLineOf('train.js', workspace.lineOf(SECOND_CONVOLUTION));
  await workbench.openQuickFixes(SECOND_CONVOLUTION);
  const fix = workbench.offeredFix(/Reduce filters to \d+/);
  // Which layer has more filters than it needs differs from training to training.
  if (
    !(await fix.waitFor({ timeout: 15_000 }).then(
      () => true,
      () => false,
    ))
  )
    return;
  await film.say('Reduce a redundant layer, and see what it saves');
  await film.point(fix);
  await film.take(READ_MS);
}

/** Runs in the page. */
function drawCaption(caption: string): void {
  const id = 'tour-caption';
  const box = document.getElementById(id) ?? document.body.appendChild(document.createElement('div'));
  box.id = id;
  box.textContent = caption;
  Object.assign(box.style, {
    position: 'fixed',
    left: '50%',
    bottom: '44px',
    transform: 'translateX(-50%)',
    padding: '9px 18px',
    borderRadius: '6px',
    background: '#1f1f1f',
    color: '#ffffff',
    font: '600 16px system-ui, sans-serif',
    whiteSpace: 'nowrap',
    zIndex: '100000',
    pointerEvents: 'none',
  });
}

/** Runs in the page. */
function drawPointer({ x, y }: { x: number; y: number }): void {
  const id = 'tour-pointer';
  let pointer = document.getElementById(id) as unknown as SVGSVGElement | null;
  if (!pointer) {
    pointer = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    pointer.id = id;
    pointer.setAttribute('viewBox', '0 0 16 22');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', 'M1 1v16l4-4 3 7 3-1-3-7h6z');
    path.setAttribute('fill', '#000');
    path.setAttribute('stroke', '#fff');
    pointer.append(path);
    Object.assign(pointer.style, { position: 'fixed', width: '18px', zIndex: '100001', pointerEvents: 'none' });
    document.body.append(pointer);
  }
  Object.assign(pointer.style, { left: `${x}px`, top: `${y}px` });
}
