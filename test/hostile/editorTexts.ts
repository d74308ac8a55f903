/**
 * The hover of a hostile recording, as a renderer draws it that lets all HTML through – more than the editor's does –
 * in a canary page.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import MarkdownIt from 'markdown-it';
import { entropyPicture, pictureAltText } from '../../src/extension/hover/entropyPicture.js';
import { hoverMarkdown } from '../../src/extension/hover/hoverText.js';
import { pictureData } from '../../src/extension/hover/pictureData.js';
import { inEnglish } from '../../src/extension/localize.js';
import type { RunManifest } from '../../src/protocol/run.js';
import { layer, report } from '../extensionUnit/recorded.js';
import { canaryPage, type Sightings } from './canary.js';
import { HOSTILE_STRINGS } from './hostileStrings.js';
import type { Lab } from './hostileViews.js';

/** The text in each of the places where a hover has one: layer, run, class, reason, the other run, a folder. */
function hoverOf(text: string): { markdown: string; svg: string } {
  const of = layer(1, 'Conv2D', { name: text, className: text, channelCount: 2 });
  const manifest = { classNames: [text, text] } as unknown as RunManifest;
  const measured = report(of, 1.5, { channels: { layer: 1, epoch: 10, dead: [1], deadSince: [1] } });
  const entropy = { classCount: 2, mapCount: 2, values: Float64Array.from({ length: 36 }, (_, at) => at / 9) };
  const data = pictureData(manifest, of, measured, entropy, inEnglish);
  const { svg, width } = entropyPicture(data, 'dark', inEnglish);
  const picture = { svg, width, altText: pictureAltText(data, of.name, inEnglish) };
  const links = [{ title: `Compare with ${text}`, command: 'cnnslicer.compareWith', arguments: [{ run: text }] }];
  return { markdown: hoverMarkdown(of, measured, text, picture, links, inEnglish), svg };
}

/** Tags that a hover has, and where its links lead; the picture's marks come as an image. */
const EXPECTED = new Set(['p', 'strong', 'em', 'br', 'a', 'img', 'div', 'hr']);

export interface Hovers {
  readonly seen: Sightings;
  readonly count: number;
  /** Elements and links that no hover has. */
  readonly foreign: readonly string[];
}

/** All hostile strings, each in a hover; the pictures a second time as elements of the page. */
export async function viewHovers({ browser }: Lab): Promise<Hovers> {
  const markdown = new MarkdownIt({ html: true, linkify: false });
  markdown.validateLink = () => true;
  const hovers = HOSTILE_STRINGS.map(hoverOf);
  const body = hovers
    .map((hover) => `<div class="hover">${markdown.render(hover.markdown)}</div>${hover.svg}`)
    .join('\n');
  const server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html><meta charset="utf-8"><title>hovers</title>${body}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const canary = await canaryPage(browser, origin);
  try {
    await canary.page.goto(`${origin}/`);
    await canary.page.waitForTimeout(300);
    const found = await canary.page.evaluate(() => [
      ...[...document.querySelectorAll('.hover *')].map((one) => one.localName),
      ...[...document.querySelectorAll('a')].map((one) => one.getAttribute('href') ?? ''),
      ...[...document.querySelectorAll('img')].map((one) => one.src.slice(0, 26)),
    ]);
    const foreign = found.filter(
      (one) => !EXPECTED.has(one) && !/^command:cnnslicer\.compareWith\?|^data:image\/svg\+xml;base64/.test(one),
    );
    return { seen: canary.seen, count: hovers.length, foreign };
  } finally {
    await canary.close();
    server.closeAllConnections();
    server.close();
  }
}
