/** The probes of a run, read once: inputs, labels and splits in the order in which they are recorded. */
import { SPLITS, type RunManifest, type Split } from '../../protocol/run.js';
import { product } from '../model/mapGeometry.js';
import { chooseProbes, type Candidates, type Probe } from './chooseProbes.js';
import { interpretLabels, type Labels, type TargetFacts } from './interpretLabels.js';
import type { InputRows, ProbeSource, SplitData } from './probeSource.js';

export interface ProbeSet {
  readonly count: number;
  /** One entry for each input of the model. */
  readonly inputs: readonly InputRows[];
  /** Class by probe; empty unless the task is classification. */
  readonly labels: Int32Array;
  /** Index into SPLITS by probe. */
  readonly splits: Uint8Array;
  readonly trainCount: number;
  readonly validationCount: number;
}

/** What the targets mean, for both splits together. */
export interface Meaning {
  readonly task: RunManifest['task'];
  readonly form: 'one-hot' | 'sparse' | 'binary' | null;
  readonly classNames: readonly string[];
  readonly training: Candidates;
  readonly validation: Candidates;
  /** Why samples have no class though the loss speaks of classes; null when there is nothing to say. */
  readonly notice: string | null;
}

export function meaningOf(source: ProbeSource, facts: TargetFacts): Meaning {
  const understood = [source.training, source.validation].map((split) => labelsOf(split, facts));
  const found = understood.filter((labels) => labels !== null);
  const [first] = found;
  const candidates = (index: number, split: SplitData): Candidates => {
    const labels = understood[index];
    return { count: split.count, labels: labels?.task === 'classification' ? labels.labels : null };
  };
  if (first?.task === 'classification' && found.every((labels) => labels.task === 'classification')) {
    return {
      task: 'classification',
      form: first.form,
      classNames: Array.from({ length: first.classCount }, (_, index) => String(index)),
      training: candidates(0, source.training),
      validation: candidates(1, source.validation),
      notice: null,
    };
  }
  const unclear = found.find((labels) => labels.task === 'none');
  return {
    task: unclear || found.length === 0 ? 'none' : 'regression',
    form: null,
    classNames: [],
    training: { count: source.training.count, labels: null },
    validation: { count: source.validation.count, labels: null },
    notice: unclear ? `The probes have no classes: ${unclear.reason}.` : null,
  };
}

function labelsOf(split: SplitData, facts: TargetFacts): Labels | null {
  if (split.count === 0 || split.isUnlabelled) return null;
  // Targets that are maps or images need not be read to know that they are no classes.
  if (facts.outputShape.length !== 1) return { task: 'regression' };
  return interpretLabels(split.targets(), facts);
}

/** Chooses and reads `count` probes. */
export function readProbes(source: ProbeSource, meaning: Meaning, count: number, seed: number): ProbeSet {
  const { validation: candidates } = meaning;
  const probes =
    source.isOrdered && count === candidates.count
      ? inGivenOrder(candidates)
      : chooseProbes(candidates, meaning.training, count, seed);
  const rowsOf = (split: Split): number[] => probes.filter((probe) => probe.split === split).map((probe) => probe.row);
  const training = source.training.inputRows(rowsOf('train'));
  const validation = source.validation.inputRows(rowsOf('validation'));
  const fullest = training.length > 0 ? training : validation;
  return {
    count: probes.length,
    inputs: fullest.map((input, index) => ({ ...input, values: inOrder(probes, training[index], validation[index]) })),
    labels: meaning.task === 'classification' ? Int32Array.from(probes, (probe) => probe.label) : new Int32Array(0),
    splits: Uint8Array.from(probes, (probe) => SPLITS.indexOf(probe.split)),
    trainCount: rowsOf('train').length,
    validationCount: rowsOf('validation').length,
  };
}

function inGivenOrder({ count, labels }: Candidates): Probe[] {
  return Array.from({ length: count }, (_, row) => ({ split: 'validation', row, label: labels?.[row] ?? -1 }));
}

/** Rows were read split by split; the probes alternate between splits and classes. */
function inOrder(
  probes: readonly Probe[],
  training: InputRows | undefined,
  validation: InputRows | undefined,
): Float32Array {
  const size = product((training ?? validation)?.shape ?? []);
  const result = new Float32Array(probes.length * size);
  const next = { train: 0, validation: 0 };
  probes.forEach(({ split }, index) => {
    const row = next[split]++;
    const values = (split === 'train' ? training : validation)?.values ?? new Float32Array(0);
    result.set(values.subarray(row * size, (row + 1) * size), index * size);
  });
  return result;
}
