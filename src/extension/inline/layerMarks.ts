/** What a line of a layer has besides its lens: a word behind it and a sign in the gutter. Pure. */
import type { LayerReport } from '../../protocol/measure.js';
import { deadText, entropyName, entropyText, introducesChannels } from '../words/layerText.js';
import type { LensRun } from '../lens/lensParts.js';
import type { Localize } from '../localize.js';
import type { LayerMatch } from '../match/matchLayers.js';

/** `recorded`: values belong to this line; `finding`: and something is wrong there; `stale`: made before an edit. */
export type LayerSign = 'recorded' | 'finding' | 'stale';

/** "map entropy 1.66 bits", or a range where the line made several layers; null where no value belongs to it. */
export function inlayText(match: LayerMatch, { reports }: LensRun, t: Localize): string | null {
  if (match.state !== 'current') return null;
  const values = match.layers.flatMap(({ index }) => {
    const report = reports.get(index);
    const text = report && entropyText(report)?.split(' ')[0];
    return text === undefined ? [] : [Number(text)];
  });
  if (values.length === 0) return null;
  const [low, high] = [Math.min(...values).toFixed(2), Math.max(...values).toFixed(2)];
  const name = entropyName(match.layers, t);
  return low === high ? t('{0} {1} bits', name, low) : t('{0} {1} to {2} bits', name, low, high);
}

/** Null where nothing was recorded. */
export function signOf(match: LayerMatch, run: LensRun): LayerSign | null {
  if (match.state === 'stale') return 'stale';
  if (match.state !== 'current' || !match.layers.some(({ index }) => run.reports.has(index))) return null;
  const hasFinding = match.layers.some((layer) => {
    const isDead = introducesChannels(layer) && isAnyDead(run.reports.get(layer.index));
    return isDead || run.needed?.has(layer.index) === true;
  });
  return hasFinding ? 'finding' : 'recorded';
}

function isAnyDead(report: LayerReport | undefined): boolean {
  return report !== undefined && report.channels.dead.length > 0;
}

/** The sign in words, for those who rest on it or hear it. */
export function signText(match: LayerMatch, run: LensRun, t: Localize): string {
  if (match.state === 'unrecorded') return '';
  if (match.state === 'stale') return t('recorded before this edit');
  const parts = match.layers.flatMap((layer) => {
    const report = run.reports.get(layer.index);
    if (!report) return [];
    const dead = introducesChannels(layer) ? deadText(report, layer, t) : null;
    const needed = run.needed?.get(layer.index);
    const said = [
      t('{0}: {1} {2} bits', layer.name, entropyName([layer], t), entropyText(report) ?? t('no value')),
      dead,
      needed === undefined ? null : t('{0} of {1} needed', needed, layer.channelCount),
    ];
    return [said.filter((one) => one !== null).join(', ')];
  });
  return parts.join('\n');
}
