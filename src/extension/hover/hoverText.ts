/** The hover's Markdown: title, caption, links, picture. Names come from recordings and are escaped. */
import type { LayerReport } from '../../protocol/measure.js';
import type { Layer } from '../../protocol/run.js';
import { deadDetail, deadText, entropyName, entropyText, provenanceText } from '../words/layerText.js';
import type { Localize } from '../localize.js';

export interface HoverLink {
  readonly title: string;
  readonly command: string;
  readonly arguments: readonly unknown[];
}

export interface HoverPicture {
  readonly svg: string;
  readonly width: number;
  readonly altText: string;
}

/** `notes` say what changed against another run, and what fewer channels would save, where there is such. */
export function hoverMarkdown(
  layer: Layer,
  report: LayerReport,
  runName: string,
  picture: HoverPicture | null,
  links: readonly HoverLink[],
  t: Localize,
  notes: readonly (string | null)[] = [],
): string {
  const title = `**${escapeMarkdown(layer.name)}** ${titleText(layer, report, t)} *${escapeMarkdown(t('{0}, epoch {1}', runName, report.epoch))}*`;
  // The picture comes last: a hover has little height, and what it says and leads to must be seen.
  const lines = [title, captionText(layer, report, t)];
  for (const note of notes) if (note !== null) lines.push(escapeMarkdown(note));
  lines.push(links.map(linkMarkdown).join(' | '));
  if (picture) lines.push(imageMarkdown(picture));
  return lines.join('  \n');
}

/** In place of the values, where the line is not the one that was recorded; `given` is what leads to the run. */
export function staleMarkdown(given: readonly unknown[], t: Localize): string {
  const text = t('Recorded before this edit. The newest run of this file used a different version of it.');
  const link = { title: t('Show the recorded run'), command: 'cnnslicer.showEntropy', arguments: given };
  return `${text}\n\n${linkMarkdown(link)}`;
}

function titleText(layer: Layer, report: LayerReport, t: Localize): string {
  const value = entropyText(report);
  if (value === null) return t('no value at this epoch');
  const name = entropyName([layer], t);
  if (layer.mapShape.length === 0) return t('{0} {1} bits, {2} units as one vector', name, value, layer.channelCount);
  return layer.channelCount === 1
    ? t('{0} {1} bits, one channel', name, value)
    : t('{0} {1} bits, mean of {2} channels', name, value, layer.channelCount);
}

function captionText(layer: Layer, report: LayerReport, t: Localize): string {
  const parts = [provenanceText(report, t)];
  if (report.intraHalfWidthBits !== null) parts.push(t('±: 95 % interval'));
  if (layer.mapShape.length > 0) parts.push(t('columns: channels by mean map entropy'));
  const dead = deadText(report, layer, t);
  const last = dead === null ? '' : ` ${dead}: ${deadDetail(report, layer, t)}.`;
  return escapeMarkdown(capitalised(`${parts.join('; ')}.${last}`));
}

function imageMarkdown({ svg, width, altText }: HoverPicture): string {
  return `![${plainAltText(altText)}](data:image/svg+xml;base64,${Buffer.from(svg, 'utf8').toString('base64')}|width=${width})`;
}

/** The renderer takes an image's text as it stands, so what could end it is left out instead of escaped. */
function plainAltText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`[\]|$]/g, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

function linkMarkdown({ title, command, arguments: given }: HoverLink): string {
  const parameters = encodeURIComponent(JSON.stringify(given)).replace(
    /[()']/g,
    (found) => `%${found.charCodeAt(0).toString(16)}`,
  );
  return `[${escapeMarkdown(title)}](command:${command}?${parameters})`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Shown as it is: no emphasis, link, image, HTML or icon comes from a name. Line ends become spaces. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]()#+\-.!|~$:@/]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}
