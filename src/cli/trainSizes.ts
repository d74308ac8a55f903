/** `--train-sizes`: the sizes, the group that their runs are, and the table that compares them. */
import { basename } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { accuracyWords, PROBE_ACCURACY } from '../protocol/accuracy.js';
import { Failure } from '../protocol/failure.js';
import type { RunAccuracy, RunGroup } from '../protocol/run.js';
import { openRun } from '../store/reading/openRun.js';
import { bitsText, tableLines } from './console.js';
import { contextOf, type Invocation } from './invocation.js';

/** "100,500,1000": each once, ascending. */
export function parseTrainSizes(text: string): number[] {
  const sizes = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  if (!sizes.every((size) => Number.isSafeInteger(size) && size > 0) || sizes.length > 1000)
    throw new InvalidArgumentError('--train-sizes takes whole numbers with commas between them: 100,500,1000.');
  return [...new Set(sizes)].sort((a, b) => a - b);
}

/** One group for each size; its id is new with every recording. */
export function groupsOf(name: string, sizes: readonly number[], now: Date): RunGroup[] {
  const time = now.toISOString().replace(/[-:]/g, '').slice(0, 15);
  const id = `${time}-${name.replace(/[^\w.-]+/g, '-').slice(0, 60)}`;
  return sizes.map((size) => ({ id, name, size, sizes: [...sizes] }));
}

export interface SizeRow {
  readonly run: string;
  readonly size: number;
  /** Samples that were there to be trained on; null where it cannot be known. */
  readonly trainCount: number | null;
  /** At the last whole epoch, of probes that were not trained on where there are such. */
  readonly accuracy: RunAccuracy | null;
  /** Metrics at the last whole epoch, by name, as the training reported them. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Inter-sample entropy of the training inputs that were kept; null where there are too few. */
  readonly inputs: { readonly bits: number; readonly n: number; readonly k: number } | null;
}

/** What a run of a group came to. */
export async function sizeRow(invocation: Invocation, folder: string, size: number): Promise<SizeRow> {
  const reader = await openRun(folder);
  const { summary, manifest } = await reader.describe();
  const last = summary.epochs.at(-1);
  const values = last === undefined ? [] : await reader.readMetrics(last);
  const reported = manifest.metrics.map((name, index) => [name, values[index] ?? null] as const);
  const metrics = Object.fromEntries(reported.filter(([name]) => name !== PROBE_ACCURACY));
  const inputs = await inputEntropy(invocation, folder);
  return { run: folder, size, trainCount: manifest.data.trainCount, accuracy: summary.accuracy, metrics, inputs };
}

const NEIGHBOURS = 15;

async function inputEntropy(invocation: Invocation, folder: string): Promise<SizeRow['inputs']> {
  const reader = await openRun(folder);
  const n = reader.manifest.trainingSample?.count ?? 0;
  const sample = n > 2 ? await reader.readTrainingSample() : null;
  if (!sample) return null;
  const k = Math.min(NEIGHBOURS, n - 1);
  try {
    const { inputs } = sample;
    const context = contextOf(invocation, 'diversity of the training inputs');
    const value = await invocation.engine().interOfArray(inputs, n, inputs.length / n, { k }, context);
    return value.bits === null ? null : { bits: value.bits, n, k };
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

const SHOWN_METRICS = 6;

/** Sizes down, losses and accuracies across, the entropy of the inputs last. */
export function sizeTable(rows: readonly SizeRow[]): string[] {
  const names = [...new Set(rows.flatMap(({ metrics }) => Object.keys(metrics)))].slice(0, SHOWN_METRICS);
  const header = ['size', 'trained on', ...names, 'accuracy', 'diversity of inputs, bits', 'of N inputs', 'run'];
  const cells = rows.map(({ size, trainCount, metrics, accuracy, inputs, run }) => [
    String(size),
    trainCount === null ? '–' : String(trainCount),
    ...names.map((name) => metrics[name]?.toFixed(4) ?? '–'),
    accuracy === null ? '–' : accuracyWords(accuracy),
    bitsText(inputs?.bits ?? null),
    inputs === null ? '–' : `${inputs.n}, k = ${inputs.k}`,
    basename(run),
  ]);
  const left = new Set(['run']);
  return tableLines(
    header,
    cells,
    header.map((name) => (left.has(name) ? 'left' : 'right')),
  );
}
