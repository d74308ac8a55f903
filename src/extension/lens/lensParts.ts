/** What stands above the line of a layer, as data: `$(graph-line) map entropy 1.66 ± 0.01 bits ▃▆▅ | 1 of 16 dead | Show entropy`. */
import { bytesText } from '../../protocol/bytesText.js';
import type { LayerReport } from '../../protocol/measure.js';
import type { Layer } from '../../protocol/run.js';
import type { Localize } from '../localize.js';
import { changeText, changeTooltip, type LayerChange } from '../compare/lineChanges.js';
import type { LayerMatch } from '../match/matchLayers.js';
import {
  countText,
  deadDetail,
  deadText,
  entropyName,
  entropyText,
  introducesChannels,
  provenanceText,
  showsDead,
} from '../words/layerText.js';
import { sparkline } from './sparkline.js';

export interface LensPart {
  readonly title: string;
  readonly tooltip: string;
  /** The recorded layer that a click is about; null when there is none. */
  readonly layer: number | null;
  /** What a click does: shows the layer, or records the training. */
  readonly action?: 'show' | 'record';
  /** Folder of the run that a click compares with. */
  readonly compareWith?: string;
}

/** The recorded run that a file's lenses speak of. */
export interface LensRun {
  readonly name: string;
  /** By layer index; absent while they are being computed. */
  readonly reports: ReadonlyMap<number, LayerReport>;
  /** Channels that would do, by layer index, where those are well below what it has. */
  readonly needed?: ReadonlyMap<number, number>;
  /** What changed against another run, by layer index. */
  readonly changes?: ReadonlyMap<number, LayerChange>;
}

/** The editor drops a space after an icon and joins two: these stay. */
const GAP = '\u2002';

interface Measured {
  readonly layer: Layer;
  readonly report: LayerReport;
}

/** `label` names the layer where several share a line. */
export function lensParts(match: LayerMatch, run: LensRun | null, label: string | null, t: Localize): LensPart[] {
  const show = (layer: Layer | undefined): LensPart => ({
    title: label === null || match.state === 'current' ? t('Show entropy') : t('Show entropy of {0}', label),
    tooltip:
      layer && run
        ? t('Show the entropies of {0} in {1}', layer.name, run.name)
        : t('Record the training, then show the entropy of this layer'),
    layer: layer?.index ?? null,
  });
  if (!run || match.state === 'unrecorded') return [show(undefined)];
  if (match.state === 'stale') return [stalePart(match.layers, run, label, t), show(match.layers[0])];
  const measured = match.layers.flatMap((layer): Measured[] => {
    const report = run.reports.get(layer.index);
    return report ? [{ layer, report }] : [];
  });
  const values = measured.length === 0 ? [] : valueParts(measured, run, label, t);
  return [...values, show(match.layers[0])];
}

/** Above the first layer of a file, before there is any run. */
export function recordPart(byteBudget: number, t: Localize): LensPart {
  return {
    title: t('Record training'),
    tooltip: t(
      'Runs the training script and records at most {0} per run. The size of an epoch is shown in the tree when the training starts.',
      bytesText(byteBudget),
    ),
    layer: null,
    action: 'record',
  };
}

function stalePart(layers: readonly Layer[], run: LensRun, label: string | null, t: Localize): LensPart {
  const title = t('recorded before this edit');
  return {
    title: label === null ? `$(history)${GAP}${title}` : `$(history)${GAP}${label}: ${title}`,
    tooltip: layers[0]
      ? t(
          '{0} was recorded in {1} with different arguments. Record again to see its entropy.',
          layers[0].name,
          run.name,
        )
      : t(
          'The file has changed since {0} was recorded, and this line no longer matches a recorded layer with certainty. Record again to see its entropy.',
          run.name,
        ),
    layer: layers[0]?.index ?? null,
  };
}

function valueParts(measured: readonly Measured[], run: LensRun, label: string | null, t: Localize): LensPart[] {
  const [first] = measured;
  if (!first) return [];
  const parts = measured.length === 1 ? [singleValue(first, run, label, t)] : [rangeOfValues(measured, run, label, t)];
  const dead = measured.length === 1 ? singleDead(first, t) : deadOfAll(measured, t);
  const needed = measured.length === 1 ? neededPart(first.layer, run, t) : null;
  const changed = measured.length === 1 ? changePart(first.layer, run, t) : null;
  return [...parts, ...(dead ? [dead] : []), ...(needed ? [needed] : []), ...(changed ? [changed] : [])];
}

/** "entropy 3.10 → 2.70 bits, dead 4 → 0, held-out accuracy +1.2 points" */
function changePart(layer: Layer, { changes }: LensRun, t: Localize): LensPart | null {
  const change = changes?.get(layer.index);
  const text = change ? changeText(change, t) : null;
  if (!change || text === null) return null;
  return {
    title: `$(git-compare)${GAP}${text}`,
    tooltip: changeTooltip(change, layer, t),
    layer: layer.index,
    compareWith: change.reference.folder,
  };
}

/** "9 of 16 needed" */
function neededPart(layer: Layer, { name, needed }: LensRun, t: Localize): LensPart | null {
  const count = needed?.get(layer.index);
  if (count === undefined) return null;
  const rule = t(
    'Needed: the smallest number of principal components that explain 99 % of the variance of the channel means.',
  );
  return {
    title: t('{0} of {1} needed', count, layer.channelCount),
    tooltip: `${rule}\n${t('Stable over the last 3 epochs of {0}.', name)}`,
    layer: layer.index,
  };
}

function singleValue({ layer, report }: Measured, run: LensRun, label: string | null, t: Localize): LensPart {
  const text = entropyText(report);
  const value = text === null ? t('no value') : t('{0} {1} bits', entropyName([layer], t), text);
  const blocks =
    report.intraByEpoch.length > 1 ? `${GAP}${GAP}${sparkline(report.intraByEpoch.map(({ bits }) => bits))}` : '';
  return {
    title: `$(graph-line)${GAP}${label === null ? '' : `${label} `}${value}${blocks}`,
    tooltip: singleTooltip({ layer, report }, run, t),
    layer: layer.index,
  };
}

function singleTooltip({ layer, report }: Measured, run: LensRun, t: Localize): string {
  const mean =
    layer.mapShape.length > 0
      ? t('{0}: map entropy (intra-sample entropy), mean of {1} channels', layer.name, countText(layer.channelCount))
      : t(
          '{0}: unit entropy (intra-sample entropy) of its {1} units as one vector',
          layer.name,
          countText(layer.channelCount),
        );
  const lines = [mean, provenanceText(report, t)];
  if (report.intraHalfWidthBits !== null) lines.push(t('± is the 95 % interval over the probes'));
  const values = report.intraByEpoch.flatMap(({ bits }) => (bits === null ? [] : [bits]));
  const epochs = report.intraByEpoch;
  const [from, to] = [epochs[0]?.epoch ?? report.epoch, epochs[epochs.length - 1]?.epoch ?? report.epoch];
  if (values.length > 1) {
    const [low, high] = [Math.min(...values).toFixed(2), Math.max(...values).toFixed(2)];
    lines.push(t('blocks: epochs {0} to {1}, {2} to {3} bits', from, to, low, high));
  }
  lines.push(t('{0}, epoch {1}', run.name, report.epoch));
  return lines.join('\n');
}

function singleDead({ layer, report }: Measured, t: Localize): LensPart | null {
  const title = showsDead(report, layer) ? deadText(report, layer, t) : null;
  if (title === null) return null;
  const rule = t('Dead: max − min is at most 1e-6 of the layer’s range over all probes. Dead channels can revive.');
  return {
    title,
    tooltip: `${t('Dead at epoch {0}: {1}.', report.epoch, deadDetail(report, layer, t))}\n${rule}`,
    layer: layer.index,
  };
}

/** A definition in a loop or a helper made several layers. */
function rangeOfValues(measured: readonly Measured[], run: LensRun, label: string | null, t: Localize): LensPart {
  const bits = measured.flatMap(({ report }) => (report.intraBits === null ? [] : [report.intraBits]));
  const name = entropyName(
    measured.map(({ layer }) => layer),
    t,
  );
  const range =
    bits.length === 0
      ? t('no value')
      : t('{0} {1} to {2} bits', name, Math.min(...bits).toFixed(2), Math.max(...bits).toFixed(2));
  const each = measured.map(({ layer, report }) => `${layer.name}: ${entropyText(report) ?? t('no value')}`);
  const first = measured[0] as Measured;
  return {
    title: `$(graph-line)${GAP}${label === null ? '' : `${label} `}${range}, ${t('{0} layers', measured.length)}`,
    tooltip: [
      ...each.slice(0, 20),
      provenanceText(first.report, t),
      t('{0}, epoch {1}', run.name, first.report.epoch),
    ].join('\n'),
    layer: first.layer.index,
  };
}

function deadOfAll(measured: readonly Measured[], t: Localize): LensPart | null {
  const own = measured.filter(({ layer }) => introducesChannels(layer));
  const dead = own.filter(({ report }) => report.channels.dead.length > 0);
  if (dead.length === 0) return null;
  const count = dead.reduce((sum, { report }) => sum + report.channels.dead.length, 0);
  const channels = own.reduce((sum, { layer }) => sum + layer.channelCount, 0);
  return {
    title: t('{0} of {1} dead', count, channels),
    tooltip: dead.map(({ layer, report }) => `${layer.name}: ${deadDetail(report, layer, t)}`).join('\n'),
    layer: dead[0]?.layer.index ?? null,
  };
}
