/**
 * What a recording says against a layer, in words: channels that are dead, saturated, redundant or never
 * changed. Every finding has its evidence: N, the epoch, and since when.
 */
import type { RedundancyValue } from '../../protocol/measure.js';
import { neededOf } from '../../analysis/rules/ownChannels.js';
import type { Layer } from '../../protocol/run.js';
import { countText } from '../words/layerText.js';
import type { Localize } from '../localize.js';
import type { UncertainClass } from '../../analysis/rules/uncertainClasses.js';

export const PROBLEM_CODES = ['unlearned', 'dead', 'saturated', 'redundant', 'unchanged', 'uncertain'] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** What was recorded of one layer, as far as it is known. */
export interface LayerEvidence {
  readonly layer: Layer;
  readonly epoch: number;
  /** Probes. */
  readonly n: number;
  /** Without those that the layer only passes on. */
  readonly dead: readonly number[];
  /** For each dead channel, the epoch since which it is dead without a break. */
  readonly deadSince: readonly number[];
  readonly saturated: readonly number[];
  /** Channels whose statistics are equal at every epoch; empty for layers that are not trained. */
  readonly unchanged: readonly number[];
  /** Epochs that `unchanged` compared. */
  readonly comparedEpochs: readonly number[];
  /** Null where it is not known or not measured. */
  readonly redundancy: RedundancyValue | null;
  /** Classes whose predictions stay spread; empty for all layers but a classifier's last. */
  readonly uncertain: readonly UncertainClass[];
  /** Share of the variance that the recommended count holds. */
  readonly traceShare: number;
}

export interface Finding {
  readonly code: ProblemCode;
  /** Channels that it is about. */
  readonly share: number;
  readonly text: string;
}

/** The stable recommended count where it is well below what the layer has; null otherwise. */
export function neededCount({ layer, redundancy }: LayerEvidence): number | null {
  return neededOf(layer, redundancy);
}

/**
 * In the order in which they are said; a redundancy names the dead channels too, and where nobody wants to hear of
 * redundancy they are said for themselves.
 */
export function layerFindings(
  evidence: LayerEvidence,
  t: Localize,
  isMuted: (code: ProblemCode) => boolean = () => false,
): Finding[] {
  const needed = isMuted('redundant') ? null : neededCount(evidence);
  const { layer, dead, saturated } = evidence;
  const live = saturated.filter((channel) => !dead.includes(channel));
  const findings: Finding[] = [];
  if (needed !== null) {
    const share = 1 - needed / layer.channelCount;
    findings.push({ code: 'redundant', share, text: redundantText(evidence, needed, t) });
  } else if (dead.length > 0) {
    findings.push({ code: 'dead', share: dead.length / layer.channelCount, text: deadText(evidence, t) });
  }
  if (live.length > 0)
    findings.push({
      code: 'saturated',
      share: live.length / layer.channelCount,
      text: saturatedText(evidence, live, t),
    });
  const still = evidence.unchanged.filter((channel) => !dead.includes(channel));
  if (still.length > 0)
    findings.push({
      code: 'unchanged',
      share: still.length / layer.channelCount,
      text: unchangedText(evidence, still, t),
    });
  const { uncertain } = evidence;
  if (uncertain.length > 0)
    findings.push({
      code: 'uncertain',
      share: uncertain.length / layer.channelCount,
      text: uncertainText(evidence, t),
    });
  return findings;
}

/** "dense_2: predictions of class 8 stay spread: H(y | label) 1.43 bits (N = 97), at least 1 bit at the last 3 epochs." */
function uncertainText({ layer, uncertain, epoch }: LayerEvidence, t: Localize): string {
  const named = uncertain
    .slice(0, 4)
    .map(({ name, bits, n }) => t('{0} {1} bits (N = {2})', name, bits.toFixed(2), countText(n)));
  if (uncertain.length > named.length) named.push(t('{0} more', uncertain.length - named.length));
  return t(
    '{0}: predictions remain uncertain for some classes (at least 1 bit at the last 3 epochs). H(prediction | label) at epoch {1}: {2}.',
    layer.name,
    epoch,
    named.join(', '),
  );
}

function redundantText(evidence: LayerEvidence, needed: number, t: Localize): string {
  const { layer, n, epoch, traceShare, dead, deadSince } = evidence;
  const percent = Number((100 * traceShare).toFixed(2));
  const main =
    layer.kind === 'dense'
      ? t(
          '{0} has {1} units; {2} principal components explain {3} % of their variance',
          layer.name,
          layer.channelCount,
          needed,
          percent,
        )
      : t(
          '{0} has {1} filters; {2} principal components explain {3} % of the variance of the channel means',
          layer.name,
          layer.channelCount,
          needed,
          percent,
        );
  const basis = t('N = {0}, epoch {1}, stable over 3 epochs', countText(evidence.redundancy?.n ?? n), epoch);
  const also = dead.length === 0 ? '' : ` ${alsoDead(evidence.layer, dead, deadSince, t)}`;
  return `${main} (${basis}).${also}`;
}

function alsoDead(layer: Layer, dead: readonly number[], since: readonly number[], t: Localize): string {
  if (dead.length > 6) return t('{0} of {1} are dead.', dead.length, layer.channelCount);
  const same = allEqual(since);
  if (dead.length === 1)
    return isOfUnits(layer)
      ? t('Unit {0} has been dead since epoch {1}.', dead[0] ?? 0, since[0] ?? 0)
      : t('Channel {0} has been dead since epoch {1}.', dead[0] ?? 0, since[0] ?? 0);
  const names = listText(dead, t);
  if (!same) return isOfUnits(layer) ? t('Units {0} are dead.', names) : t('Channels {0} are dead.', names);
  return isOfUnits(layer)
    ? t('Units {0} have been dead since epoch {1}.', names, since[0] ?? 0)
    : t('Channels {0} have been dead since epoch {1}.', names, since[0] ?? 0);
}

function deadText(evidence: LayerEvidence, t: Localize): string {
  const { layer, dead, deadSince, n, epoch } = evidence;
  const when = allEqual(deadSince) ? t('since epoch {0}', deadSince[0] ?? epoch) : t('epoch {0}', epoch);
  return t('{0}: {1} dead on all {2} probes ({3}).', layer.name, whichAre(layer, dead, t), countText(n), when);
}

function saturatedText({ layer, n, epoch }: LayerEvidence, saturated: readonly number[], t: Localize): string {
  return t(
    '{0}: {1} saturated: at least 99 % of values lie within 1 % of the bounds of {2} (N = {3}, epoch {4}).',
    layer.name,
    whichAre(layer, saturated, t),
    layer.activation ?? layer.className,
    countText(n),
    epoch,
  );
}

function unchangedText(evidence: LayerEvidence, unchanged: readonly number[], t: Localize): string {
  const { layer, n, comparedEpochs } = evidence;
  const [from, to] = [comparedEpochs[0] ?? 0, comparedEpochs[comparedEpochs.length - 1] ?? 0];
  const compared = t('epochs {0} to {1}, {2} compared; N = {3}', from, to, comparedEpochs.length, countText(n));
  return unchanged.length === layer.channelCount
    ? t('{0} never changed: all of its channels had the same values at every epoch ({1}).', layer.name, compared)
    : t('{0}: {1} the same at every epoch ({2}).', layer.name, whichAre(layer, unchanged, t), compared);
}

/** "channels 5 and 10 of 16 are", "31 of 64 units are", "channel 15 of 16 is". */
function whichAre(layer: Layer, channels: readonly number[], t: Localize): string {
  const units = isOfUnits(layer);
  const all = layer.channelCount;
  if (channels.length === all && all > 1) return units ? t('all {0} units are', all) : t('all {0} channels are', all);
  if (channels.length > 6)
    return units ? t('{0} of {1} units are', channels.length, all) : t('{0} of {1} channels are', channels.length, all);
  const names = listText(channels, t);
  if (channels.length === 1)
    return units ? t('unit {0} of {1} is', names, all) : t('channel {0} of {1} is', names, all);
  return units ? t('units {0} of {1} are', names, all) : t('channels {0} of {1} are', names, all);
}

function isOfUnits(layer: Layer): boolean {
  return layer.mapShape.length === 0;
}

function listText(numbers: readonly number[], t: Localize): string {
  const head = numbers.slice(0, -1).join(', ');
  const last = String(numbers[numbers.length - 1] ?? '');
  return head === '' ? last : t('{0} and {1}', head, last);
}

function allEqual(numbers: readonly number[]): boolean {
  return numbers.every((number) => number === numbers[0]);
}
