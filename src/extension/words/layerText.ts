/** A layer's numbers in words, as lens, tree and hover say them. */
import { isDeadLayer } from '../../protocol/deadLayer.js';
import { intraName } from '../../protocol/entropyNames.js';
import type { LayerReport } from '../../protocol/measure.js';
import type { Layer } from '../../protocol/run.js';
import type { Localize } from '../localize.js';

/** "map entropy" or "unit entropy": what the numbers of these layers are called everywhere in the editor. */
export function entropyName(layers: readonly Layer[], t: Localize): string {
  return t(intraName(layers));
}

/** "1.66 ± 0.01"; null where the layer has no value at this epoch. */
export function entropyText({ intraBits, intraHalfWidthBits }: LayerReport): string | null {
  if (intraBits === null) return null;
  return intraHalfWidthBits === null
    ? intraBits.toFixed(2)
    : `${intraBits.toFixed(2)} ± ${halfWidthText(intraHalfWidthBits)}`;
}

function halfWidthText(bits: number): string {
  return bits > 0 && bits < 0.005 ? '<0.01' : bits.toFixed(2);
}

/** "1 of 16 dead", "dead layer: all 16 constant"; null when none is. */
export function deadText(report: LayerReport, layer: Layer, t: Localize): string | null {
  if (isDeadLayer(report, layer)) return t('dead layer: all {0} constant', layer.channelCount);
  const dead = report.channels.dead.length;
  return dead === 0 ? null : t('{0} of {1} dead', dead, layer.channelCount);
}

/** "channel 15 since epoch 1, channel 3 since epoch 7", at most six named; "unit" in a layer of units. */
export function deadDetail({ channels: { dead, deadSince } }: LayerReport, layer: Layer, t: Localize): string {
  const named = dead.slice(0, 6).map((channel, at) => {
    const since = deadSince[at] ?? 0;
    return layer.mapShape.length > 0
      ? t('channel {0} since epoch {1}', channel, since)
      : t('unit {0} since epoch {1}', channel, since);
  });
  if (dead.length > named.length) named.push(t('{0} more', dead.length - named.length));
  return named.join(', ');
}

/** What the mean entropy rests on: "plug-in, 32 bins over each map's range; N = 1,000 probes". */
export function provenanceText({ intraProvenance }: LayerReport, t: Localize): string {
  return t('{0}; N = {1} probes', intraProvenance.estimator, countText(intraProvenance.n));
}

/** "1,000": every three digits. Intl would do it, and costs an editor 10 ms when it is first asked. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Layers that only pass on what another made: their dead channels are that one's. */
export function introducesChannels(layer: Layer): boolean {
  return !['input', 'pool', 'dropout', 'reshape'].includes(layer.kind);
}

/** A layer that has wholly died is told of wherever its entropy stands, also where another made its channels. */
export function showsDead(report: LayerReport, layer: Layer): boolean {
  return introducesChannels(layer) || isDeadLayer(report, layer);
}
