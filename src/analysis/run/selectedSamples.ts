/** Which samples a query selects in one run, epoch by epoch: conditions on predictions change with training. */
import type { Query, SampleCondition, SampleTerm } from '../../protocol/query.js';
import { SPLITS, type EpochState, type RunManifest } from '../../protocol/run.js';
import { whyNotClassified } from './notClassified.js';
import { indices, inRanges, missing } from './queryTerms.js';
import type { RunFacts } from './resolveSelection.js';

export interface SelectedEpoch {
  readonly epoch: number;
  /** Why nothing can be computed at this epoch; null when it is whole. */
  readonly damage: string | null;
  /** Indices of probes in ascending order; may be empty when a condition selects none. */
  readonly samples: readonly number[];
}

export function factsNeeded(query: Query): { labels: boolean; predictions: boolean; splits: boolean } {
  const fields = query.samples.kind === 'where' ? query.samples.conditions.flatMap(fieldsOf) : [];
  return {
    labels: fields.includes('label'),
    predictions: fields.includes('prediction'),
    splits: fields.includes('split'),
  };
}

/** Throws a Failure for samples and classes that the run does not have. */
export function checkSamples(term: SampleTerm, manifest: RunManifest): void {
  const { count } = manifest.probes;
  if (term.kind === 'ranges' && term.ranges.at(-1)![1] >= count) {
    throw missing(`sample ${term.ranges.at(-1)![1]}`, `the run has probes 0 to ${count - 1}`);
  }
  if (term.kind === 'where') term.conditions.forEach((condition) => checkCondition(condition, manifest));
}

function checkCondition(condition: SampleCondition, manifest: RunManifest): void {
  const needsClasses = fieldsOf(condition).some((field) => field !== 'split');
  if (needsClasses && manifest.task !== 'classification') {
    throw missing(condition.field === 'label' ? 'x.label' : 'y', whyNotClassified(manifest.task));
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
export function sampleResolver(term: SampleTerm, facts: RunFacts): (state: EpochState) => SelectedEpoch {
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
