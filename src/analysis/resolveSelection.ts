/**
 * What a query selects in one run: samples by epoch, layers, channels by layer, epochs. Pure: the
 * facts about the run are passed in. Everything that a query names and the run does not have is a
 * Failure that says what there is.
 */
import { Failure } from '../protocol/failure.js';
import type { IndexRange, LayerItem, Query, SampleCondition, SampleTerm } from '../protocol/query.js';
import { listNames } from '../protocol/queryText.js';
import { SPLITS, type EpochState, type RunManifest } from '../protocol/run.js';

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

export interface SelectedLayer {
  readonly layer: number;
  /** In ascending order, never empty. */
  readonly channels: readonly number[];
  readonly isWhole: boolean;
}

export interface SelectedEpoch {
  readonly epoch: number;
  /** Why nothing can be computed at this epoch; null when it is whole. */
  readonly damage: string | null;
  /** Indices of probes in ascending order; may be empty when a condition selects none. */
  readonly samples: readonly number[];
}

const DOING = 'resolving the query';

export function factsNeeded(query: Query): { labels: boolean; predictions: boolean; splits: boolean } {
  const fields = query.samples.kind === 'where' ? query.samples.conditions.flatMap(fieldsOf) : [];
  return {
    labels: fields.includes('label'),
    predictions: fields.includes('prediction'),
    splits: fields.includes('split'),
  };
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
      throw missing(
        `epoch ${outside ?? range[0]}`,
        recorded.length > 0 ? `the run has epochs ${spell(recorded)}` : 'the run has no epoch yet',
      );
    }
  }
  const { ranges } = query.epochs;
  return states.filter(({ epoch }) => inRanges(epoch, ranges));
}

/**
 * Layers in order, each once. A layer that is named by itself must have every channel of the query;
 * among layers named together (all, a range, a kind) those are taken that have them.
 */
export function resolveLayers(query: Query, manifest: RunManifest): SelectedLayer[] {
  const named = query.layers.kind === 'layers' ? query.layers.items : [];
  const alone = new Set(named.filter(isAlone).flatMap((item) => layersOf(item, manifest)));
  const together =
    query.layers.kind === 'all'
      ? manifest.layers.map(({ index }) => index)
      : named.flatMap((item) => layersOf(item, manifest));
  const chosen = [...new Set(together)].sort((a, b) => a - b);
  const fitting = chosen.filter(
    (layer) => alone.has(layer) || highestChannel(query) < manifest.layers[layer]!.channelCount,
  );
  if (fitting.length === 0) throw noSuchChannel(query, manifest, chosen);
  return fitting.map((layer) => ({ layer, ...channelsOf(query, manifest, layer) }));
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
  if (selected.length === 0) return 'the slice holds no sample';
  return plan.mapSampleCount === 0
    ? 'the run kept no maps'
    : `maps are kept of the probes 0 to ${plan.mapSampleCount - 1} alone`;
}

function isAlone(item: LayerItem): boolean {
  return item.kind === 'name' || (item.kind === 'range' && item.range[0] === item.range[1]);
}

function layersOf(item: LayerItem, { layers }: RunManifest): number[] {
  const names = layers.map(({ name }) => name);
  switch (item.kind) {
    case 'name': {
      const found = layers.filter(({ name }) => name === item.name).map(({ index }) => index);
      if (found.length === 0) throw missing(`layer ${item.name}`, `the run has ${listNames(names)}`);
      return found;
    }
    case 'range':
      if (item.range[1] >= layers.length)
        throw missing(`layer ${item.range[1]}`, `the run has layers 0 to ${layers.length - 1}`);
      return indices([item.range]);
    case 'layerKind': {
      const found = layers.filter(({ kind }) => kind === item.layerKind).map(({ index }) => index);
      const kinds = [...new Set(layers.map(({ kind }) => kind))];
      if (found.length === 0)
        throw missing(`kind:${item.layerKind}`, `the run has layers of the kinds ${listNames(kinds, 16)}`);
      return found;
    }
  }
}

function highestChannel({ channels }: Query): number {
  return channels.kind === 'all' ? -1 : (channels.ranges.at(-1)?.[1] ?? -1);
}

function channelsOf(query: Query, manifest: RunManifest, layer: number): Pick<SelectedLayer, 'channels' | 'isWhole'> {
  const { channelCount } = manifest.layers[layer]!;
  if (query.channels.kind === 'all') return { channels: indices([[0, channelCount - 1]]), isWhole: true };
  if (highestChannel(query) >= channelCount) throw noSuchChannel(query, manifest, [layer]);
  const channels = indices(query.channels.ranges);
  return { channels, isWhole: channels.length === channelCount };
}

function noSuchChannel(query: Query, manifest: RunManifest, layers: readonly number[]): Failure {
  const widest = layers
    .map((layer) => manifest.layers[layer]!)
    .reduce((a, b) => (b.channelCount > a.channelCount ? b : a));
  const what = widest.mapShape.length > 0 ? 'channels' : 'units';
  return missing(
    `channel ${highestChannel(query)}`,
    `layer ${widest.name} has ${what} 0 to ${widest.channelCount - 1}`,
  );
}

function checkSamples(term: SampleTerm, manifest: RunManifest): void {
  const { count } = manifest.probes;
  if (term.kind === 'ranges' && term.ranges.at(-1)![1] >= count) {
    throw missing(`sample ${term.ranges.at(-1)![1]}`, `the run has probes 0 to ${count - 1}`);
  }
  if (term.kind === 'where') term.conditions.forEach((condition) => checkCondition(condition, manifest));
}

function checkCondition(condition: SampleCondition, manifest: RunManifest): void {
  const needsClasses = fieldsOf(condition).some((field) => field !== 'split');
  if (needsClasses && manifest.task !== 'classification') {
    throw missing(
      condition.field === 'label' ? 'x.label' : 'y',
      `the run is no classification (its task is ${manifest.task})`,
    );
  }
  const classCount = manifest.classNames.length;
  if (condition.right.kind === 'classes' && condition.right.ranges.at(-1)![1] >= classCount) {
    throw missing(`class ${condition.right.ranges.at(-1)![1]}`, `the run has classes 0 to ${classCount - 1}`);
  }
}

function fieldsOf({ field, right }: SampleCondition): string[] {
  return right.kind === 'field' ? [field, right.field] : [field];
}

/** Samples by epoch. Epochs share one array unless a condition is on predictions, which change. */
function sampleResolver(term: SampleTerm, facts: RunFacts): (state: EpochState) => SelectedEpoch {
  const byPrediction = term.kind === 'where' && term.conditions.some((one) => fieldsOf(one).includes('prediction'));
  const shared = byPrediction ? null : samplesOf(term, facts, NO_PREDICTIONS);
  return (state) => {
    const { epoch } = state;
    if (state.state === 'damaged') return { epoch, damage: state.reason, samples: [] };
    if (shared) return { epoch, damage: null, samples: shared };
    const predictions = facts.predictions.get(epoch);
    if (!predictions) return { epoch, damage: 'its predictions cannot be read', samples: [] };
    return { epoch, damage: null, samples: samplesOf(term, facts, predictions) };
  };
}

const NO_PREDICTIONS = new Int32Array(0);

function samplesOf(term: SampleTerm, facts: RunFacts, predictions: Int32Array): readonly number[] {
  if (term.kind === 'ranges') return indices(term.ranges);
  const every = indices([[0, facts.manifest.probes.count - 1]]);
  if (term.kind === 'all') return every;
  const tests = term.conditions.map((condition) => conditionTest(condition, facts, predictions));
  return every.filter((sample) => tests.every((test) => test(sample)));
}

/** A sample of unknown label or prediction (−1) meets no condition on it, neither "=" nor "≠". */
function conditionTest(
  { field, operator, right }: SampleCondition,
  facts: RunFacts,
  predictions: Int32Array,
): (sample: number) => boolean {
  const wanted = operator === '=';
  const values = { label: facts.labels, prediction: predictions, split: facts.splits };
  const left = values[field];
  switch (right.kind) {
    case 'split':
      return (sample) => (SPLITS[left[sample]!] === right.split) === wanted;
    case 'classes':
      return (sample) => left[sample]! >= 0 && inRanges(left[sample]!, right.ranges) === wanted;
    case 'field': {
      const other = values[right.field];
      return (sample) => left[sample]! >= 0 && other[sample]! >= 0 && (left[sample] === other[sample]) === wanted;
    }
  }
}

function inRange(index: number, [from, to]: IndexRange): boolean {
  return index >= from && index <= to;
}

function inRanges(index: number, ranges: readonly IndexRange[]): boolean {
  return ranges.some((range) => inRange(index, range));
}

/** Every index of the ranges; the caller has checked that the run is that long. */
function indices(ranges: readonly IndexRange[]): number[] {
  return ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, offset) => from + offset));
}

/** "0 to 7" or "0, 1, 2, 5 and 10". */
function spell(epochs: readonly number[]): string {
  const isUnbroken = epochs.at(-1)! - epochs[0]! === epochs.length - 1;
  return isUnbroken && epochs.length > 1 ? `${epochs[0]} to ${epochs.at(-1)}` : listNames(epochs.map(String), 12);
}

function missing(what: string, has: string): Failure {
  return new Failure({
    kind: 'not-found',
    doing: DOING,
    wrong: `${what}: ${has}`,
    tryThis: 'Name one that the run has, or "-" for all.',
  });
}

function noEpoch(): never {
  throw missing('epoch', 'the run has no whole epoch yet');
}
