/** What changed in a layer against another run, as it stands at the layer's line: "entropy 3.10 → 2.70 bits, dead 4 → 0, held-out accuracy +1.2 points". */
import { structureMatching } from '../../analysis/compare/matchStructure.js';
import { haveSameStart } from '../../analysis/compare/randomStart.js';
import { percentText, shareRight } from '../../protocol/accuracy.js';
import type { LayerReport } from '../../protocol/measure.js';
import type { Judged, Layer, RunManifest } from '../../protocol/run.js';
import { countText, entropyName } from '../words/layerText.js';
import type { Localize } from '../localize.js';

/** The run that a file's newest run is held against. */
export interface Reference {
  readonly folder: string;
  readonly name: string;
  readonly pinned: boolean;
}

export interface LayerChange {
  readonly reference: Reference;
  readonly from: LayerReport;
  readonly to: LayerReport;
  /** Of both runs; null where either has none, or one is of probes that were trained on and the other is not. */
  readonly accuracy: { readonly from: Judged; readonly to: Judged } | null;
  /** An argument of this layer differs; false: what changed here was not written at this line. */
  readonly isEdited: boolean;
  /** No seed gave both trainings the same random start, so that it may be all that differs. */
  readonly otherStart: boolean;
}

/** One side of a comparison: manifest, table of layers, accuracy. */
export interface Compared {
  readonly manifest: RunManifest;
  readonly reports: readonly LayerReport[];
  readonly accuracy: Judged | null;
}

/** By layer of the newer run, in steps; layers that are in one of the two only have none. */
export function* layerChanges(
  reference: Reference,
  before: Compared,
  now: Compared,
): Generator<void, ReadonlyMap<number, LayerChange>> {
  const changes = new Map<number, LayerChange>();
  const [reportsBefore, reportsNow] = [byLayer(before), byLayer(now)];
  const [was, is] = [before.accuracy, now.accuracy];
  const accuracy = was?.heldOut === is?.heldOut && was && is ? { from: was, to: is } : null;
  const pairings = yield* structureMatching(before.manifest.layers, now.manifest.layers);
  const pairs = pairings.flatMap(({ from: i, to: j, changedArguments }) => {
    const [from, to] = [reportsBefore.get(i), reportsNow.get(j)];
    return from && to ? [{ from, to, isEdited: changedArguments.length > 0 }] : [];
  });
  const starts = pairs.map(({ from, to }) => ({
    hasParameters: (now.manifest.layers[to.layer]?.parameterCount ?? 0) > 0,
    from: from.intraByEpoch,
    to: to.intraByEpoch,
  }));
  const otherStart = !haveSameStart(starts);
  for (const pair of pairs) changes.set(pair.to.layer, { reference, ...pair, accuracy, otherStart });
  return changes;
}

function byLayer({ reports }: Compared): ReadonlyMap<number | null, LayerReport> {
  return new Map(reports.map((report) => [report.layer, report]));
}

/**
 * Null where neither the entropy, beyond its interval, nor the number of dead channels changed. Where another random
 * start may be the cause it says so, and a line that was not edited claims nothing of the network.
 */
export function changeText(change: LayerChange, t: Localize): string | null {
  const { from, to, isEdited, otherStart } = change;
  const [deadBefore, deadNow] = [from.channels.dead.length, to.channels.dead.length];
  const parts: string[] = [];
  if (isClear(change)) parts.push(t('entropy {0} → {1} bits', bits(from), bits(to)));
  if (deadBefore !== deadNow) parts.push(t('dead {0} → {1}', deadBefore, deadNow));
  if (parts.length === 0) return null;
  if (!otherStart) return [...parts, ...accuracyParts(change, t)].join(', ');
  return isEdited
    ? t('{0} (possibly due to random initialization)', [...parts, ...accuracyParts(change, t)].join(', '))
    : t('line unchanged: {0} (possibly due to random initialization)', parts.join(', '));
}

/** Why a change may be none of the edit's; none where a seed fixes both starts. */
function startSentences({ isEdited, otherStart }: LayerChange, t: Localize): string[] {
  if (!otherStart) return [];
  return [
    t('Based on one training each; a different random initialization could also explain this.'),
    ...(isEdited ? [] : [t('This line did not change between the two.')]),
  ];
}

/** "Compared with train, 10:14: entropy 0.83 → 1.53 bits. Based on one training each; a different random initialization could also explain this.", for the hover. */
export function changeSentences(change: LayerChange, t: Localize): string | null {
  const text = changeText({ ...change, otherStart: false }, t);
  if (text === null) return null;
  return [t('Compared with {0}: {1}.', change.reference.name, text), ...startSentences(change, t)].join(' ');
}

export function changeTooltip(change: LayerChange, layer: Layer, t: Localize): string {
  const { reference, from, to, accuracy } = change;
  const held = reference.pinned
    ? t('{0} compared with the pinned run {1}', layer.name, reference.name)
    : t('{0} compared with the previous run, {1}', layer.name, reference.name);
  const half = halfWidth(change);
  const name = entropyName([layer], t);
  const entropy =
    half === null
      ? t('{0} {1} → {2} bits', name, bits(from), bits(to))
      : t(
          '{0} {1} → {2} bits, {3} ± {4} (95 %, both intervals combined)',
          name,
          bits(from),
          bits(to),
          signed((to.intraBits ?? 0) - (from.intraBits ?? 0), 2),
          half.toFixed(2),
        );
  return [
    held,
    entropy,
    ...(accuracy ? [accuracyText(accuracy, t)] : []),
    ...startSentences(change, t),
    t('Click to compare all layers, probe by probe.'),
  ].join('\n');
}

function isClear(change: LayerChange): boolean {
  const half = halfWidth(change);
  const [before, now] = [change.from.intraBits, change.to.intraBits];
  if (half === null || before === null || now === null) return false;
  // What does not show in two figures is no news at a line.
  return Math.abs(now - before) > half && before.toFixed(2) !== now.toFixed(2);
}

/** Of the difference, unpaired: a report does not say which probe had which entropy. */
function halfWidth({ from, to }: LayerChange): number | null {
  if (from.intraHalfWidthBits === null || to.intraHalfWidthBits === null) return null;
  return Math.hypot(from.intraHalfWidthBits, to.intraHalfWidthBits);
}

/** "held-out accuracy +1.2 points" */
function accuracyParts({ accuracy }: LayerChange, t: Localize): string[] {
  if (!accuracy) return [];
  const points = 100 * (shareRight(accuracy.to) - shareRight(accuracy.from));
  if (Math.abs(points) < 0.05) return [];
  const said = signed(points, 1);
  return [accuracy.to.heldOut ? t('held-out accuracy {0} points', said) : t('training accuracy {0} points', said)];
}

/** "held-out accuracy 90.0 % (500 probes) → 91.0 % (500 probes)" */
function accuracyText({ from, to }: NonNullable<LayerChange['accuracy']>, t: Localize): string {
  const said = [percent(from), countText(from.n), percent(to), countText(to.n)] as const;
  return to.heldOut
    ? t('held-out accuracy {0} % ({1} probes) → {2} % ({3} probes)', ...said)
    : t('training accuracy {0} % ({1} probes) → {2} % ({3} probes)', ...said);
}

function bits({ intraBits }: LayerReport): string {
  return intraBits === null ? '–' : intraBits.toFixed(2);
}

function signed(value: number, digits: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}

function percent(judged: Judged): string {
  return percentText(shareRight(judged));
}
