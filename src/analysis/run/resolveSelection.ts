/**
 * What a query selects in one run: samples by epoch, layers, channels by layer, epochs. Pure: the
 * facts about the run are passed in. Everything that a query names and the run does not have is a
 * Failure that says what there is.
 */
import type { Query } from '../../protocol/query.js';
import { listNames } from '../../protocol/queryText.js';
import type { EpochState, RunManifest } from '../../protocol/run.js';
import { inRange, inRanges, missing } from './queryTerms.js';
import { resolveLayers, type SelectedLayer } from './selectedLayers.js';
import { checkSamples, sampleResolver, type SelectedEpoch } from './selectedSamples.js';

export type { SelectedEpoch, SelectedLayer };
export { factsNeeded } from './selectedSamples.js';
export { resolveLayers } from './selectedLayers.js';

/** What a query may refer to. Arrays that `factsNeeded` does not ask for may be empty. */
export interface RunFacts {
  readonly manifest: RunManifest;
  /** Every epoch that was recorded, whole or damaged, in order of t. */
  readonly epochStates: readonly EpochState[];
  /** Class by probe, −1 where unknown. */
  readonly labels: Int32Array;
  /** Index into SPLITS by probe. */
  readonly splits: Uint8Array;
  /** Predicted class by probe; an epoch whose predictions cannot be read is absent. */
  readonly predictions: ReadonlyMap<number, Int32Array>;
}

export interface Selection {
  readonly layers: readonly SelectedLayer[];
  readonly epochs: readonly SelectedEpoch[];
}

export function resolveSelection(query: Query, facts: RunFacts): Selection {
  const epochs = resolveEpochs(query, facts);
  checkSamples(query.samples, facts.manifest);
  return {
    layers: resolveLayers(query, facts.manifest),
    epochs: epochs.map(sampleResolver(query.samples, facts)),
  };
}

/**
 * The epochs that a query selects, before any sample is looked at: whole and damaged ones. A range
 * may hold epochs that a thinned recording left out, but at least one that it kept.
 */
export function resolveEpochs(query: Query, facts: Pick<RunFacts, 'manifest' | 'epochStates'>): readonly EpochState[] {
  const states = facts.epochStates;
  if (query.epochs.kind === 'all' && states.length > 0) return states;
  const recorded = states.map(({ epoch }) => epoch);
  const lastWhole = states.findLast(({ state }) => state === 'whole');
  if (query.epochs.kind !== 'ranges') return lastWhole ? [lastWhole] : noEpoch();
  for (const range of query.epochs.ranges) {
    const outside = range[1] > facts.manifest.plan.lastEpoch ? range[1] : null;
    const none = !recorded.some((epoch) => inRange(epoch, range));
    if (outside !== null || none) {
      const epoch = outside ?? range[0];
      const has = recorded.length > 0 ? `the run has epochs ${spell(recorded)}` : 'the run has no epoch yet';
      throw missing(`epoch ${epoch}`, `${has}${wasPaused(facts.manifest, epoch) ? '; recording was paused' : ''}`);
    }
  }
  const { ranges } = query.epochs;
  return states.filter(({ epoch }) => inRanges(epoch, ranges));
}

/**
 * The samples of these whose full maps were kept: the first `plan.mapSampleCount` probes; all where only pinned
 * layers have maps.
 */
export function withMaps(samples: readonly number[], { plan, probes }: RunManifest): readonly number[] {
  const isPinnedOnly = plan.mapSampleCount === 0 && (plan.pinned?.length ?? 0) > 0;
  const kept = isPinnedOnly ? probes.count : plan.mapSampleCount;
  return samples.length === 0 || samples.at(-1)! < kept ? samples : samples.filter((sample) => sample < kept);
}

/** Why there is nothing to compute from maps, when `withMaps` leaves no sample. */
export function noMapsReason(selected: readonly number[], { plan }: RunManifest): string {
  if (selected.length === 0) return 'the slice contains no sample';
  return plan.mapSampleCount === 0
    ? 'the run has no maps'
    : `only the probes 0 to ${plan.mapSampleCount - 1} have maps`;
}

function noEpoch(): never {
  throw missing('epoch', 'the run has no complete epoch yet');
}

function wasPaused({ plan }: RunManifest, epoch: number): boolean {
  return (plan.paused ?? []).some(({ from, to }) => epoch >= from && epoch <= (to ?? plan.lastEpoch));
}

/** "0 to 7" or "0, 1, 2, 5 and 10". */
function spell(epochs: readonly number[]): string {
  const isUnbroken = epochs.at(-1)! - epochs[0]! === epochs.length - 1;
  return isUnbroken && epochs.length > 1 ? `${epochs[0]} to ${epochs.at(-1)}` : listNames(epochs.map(String), 12);
}
