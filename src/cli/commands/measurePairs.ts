/** `cnnslicer measure distance-mi|layer-mi|cka --samples A.npy`: measures between arrays; no run is needed. */
import { Option, type Command } from 'commander';
import { centredFloat32 } from '../../analysis/measures/centredFloat32.js';
import {
  checkTaken,
  measureTable,
  type DistanceMiValue,
  type LayerMiValue,
  type MeasureName,
  type MeasureOptions,
  type MeasureResult,
} from '../../protocol/measure.js';
import { csvLines } from '../console.js';
import { readNpy } from '../../data/npy.js';
import { contextOf, type Invocation } from '../invocation.js';
import { otherSamples, readLabels, wrongShape } from './measureArrays.js';
import { arrayFlags, optionsOfArrays } from './queryOptions.js';
import { provenanceText, withEstimator } from './queryTable.js';

const NO_NAMES = { layers: [], classNames: [] };

interface PairOptions extends MeasureOptions {
  readonly samples: string;
  readonly other?: string;
  readonly labels?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

export function addPairMeasures(measure: Command, invocation: Invocation): void {
  withFlags(
    measure
      .command('distance-mi')
      .description('distance mutual information (paper §5.3.1) of channels (N, Ca, …) and (N, Cb, …)')
      .requiredOption('--samples <file>', '.npy array (N, Ca, …): A, the rows')
      .option('--other <file>', '.npy array (N, Cb, …): B, the columns (default: A itself)'),
    'distance-mi',
  ).action((options: PairOptions) => measureDistanceMi(invocation, options));
  withFlags(
    measure
      .command('layer-mi')
      .description('mutual information of a layer’s units (N, D) with the input and the labels')
      .requiredOption('--samples <file>', '.npy array (N, D)')
      .option('--labels <file>', '.npy array (N) of classes'),
    'layer-mi',
  ).action((options: PairOptions) => measureLayerMi(invocation, options));
  withFlags(
    measure
      .command('cka')
      .description('linear centred kernel alignment (unbiased HSIC) of activations (N, …) and (N, …)')
      .requiredOption('--samples <file>', '.npy array (N, …)')
      .requiredOption('--other <file>', '.npy array (N, …) of the same samples'),
    'cka',
  ).action((options: PairOptions) => measureCka(invocation, options));
}

function withFlags(command: Command, measure: MeasureName): Command {
  for (const flag of arrayFlags(measure)) command.addOption(flag);
  return command
    .option('--json', 'accepted for consistency; this command always prints JSON')
    .addOption(new Option('--csv', 'print CSV').conflicts('json'));
}

async function measureDistanceMi(invocation: Invocation, options: PairOptions): Promise<void> {
  const files = options.other === undefined ? [options.samples] : [options.samples, options.other];
  const { values, n, parts } = await readParts(files, 2);
  const context = contextOf(invocation, 'distance mutual information');
  const result = await invocation
    .engine()
    .distanceMiOfArrays(values, n, parts, optionsOfArrays('distance-mi', options), context);
  const [value] = result.values;
  const { rows, columns } = value;
  const inRows = (cells: DistanceMiValue['bits']) =>
    rows.map((_row, row) => cells.slice(row * columns.length, (row + 1) * columns.length));
  const given = (entropies: DistanceMiValue['bits'], byRow: boolean) =>
    inRows(value.bits).map((row, a) => row.map((bits, b) => lessThan(entropies[byRow ? a : b], bits)));
  print(invocation, options, result, {
    bits: inRows(value.bits),
    millerMadowBits: inRows(value.millerMadowBits),
    share: inRows(value.share),
    conditionalRows: given(value.entropyRows, true),
    conditionalColumns: given(value.entropyColumns, false),
    entropyRows: value.entropyRows,
    entropyColumns: value.entropyColumns,
    halfWidthBits: value.halfWidthBits && inRows(value.halfWidthBits),
    null: value.null && { ...value.null, meanBits: inRows(value.null.meanBits), p: inRows(value.null.p) },
    sensitivity: value.sensitivity,
    n: value.n,
    nonFiniteCount: value.nonFiniteCount,
    reason: value.reason,
    bins: result.bins,
    provenance: result.provenance,
    unit: 'bits',
  });
}

async function measureLayerMi(invocation: Invocation, options: PairOptions): Promise<void> {
  const chosen = optionsOfArrays('layer-mi', options);
  checkTaken('layer-mi', chosen);
  // Bins are the same for all units, so that the units are moved together; the others take each as it lies.
  const together = (options.estimator ?? 'binned') === 'binned';
  const { values, n, parts, scales } = await readParts([options.samples], 2, together);
  const labels = options.labels === undefined ? null : await readLabels(options.labels, n);
  const d = parts[0].channelCount * parts[0].mapLength;
  const context = contextOf(invocation, 'layer mutual information');
  const result = await invocation.engine().layerMiOfArray(values, n, d, labels, chosen, context);
  // Arrays have neither a layer nor an epoch, and JSON leaves out what is undefined.
  const bare = <T extends object>(value: T) => ({ ...value, layer: undefined, epoch: undefined });
  const unscaled = (value: LayerMiValue) => {
    const noiseVariance = value.noiseVariance === null ? null : value.noiseVariance / scales[0] / scales[0];
    return bare({ ...value, noiseVariance });
  };
  const isWhole = result.values[0].unit === null;
  const units = { units: result.values.map(unscaled), pairs: result.pairs.map(bare) };
  const body = isWhole ? unscaled(result.values[0]) : units;
  const { estimator, provenance } = result;
  print(invocation, options, result, { ...body, estimator, provenance, unit: 'bits' });
}

async function measureCka(invocation: Invocation, options: PairOptions): Promise<void> {
  const { values, n, parts } = await readParts([options.samples, options.other!], 1);
  const context = contextOf(invocation, 'centred kernel alignment');
  const result = await invocation.engine().ckaOfArrays(values, n, parts, optionsOfArrays('cka', options), context);
  const [{ values: cells, halfWidths, n: kept, nonFiniteCount, reason }] = result.values;
  const { provenance } = result;
  const halfWidth = halfWidths?.[1] ?? null;
  print(invocation, options, result, { cka: cells[1], halfWidth, n: kept, nonFiniteCount, reason, provenance });
}

function print(invocation: Invocation, { csv }: PairOptions, result: MeasureResult, json: object): void {
  if (!csv) return invocation.console.json(json);
  const lines = csvLines(...withEstimator(measureTable(result, NO_NAMES), result.provenance.estimator));
  for (const line of lines) invocation.console.result(line);
  invocation.console.message(provenanceText(result));
}

/** The arrays' values one after another, as float32 about the middle of each column, or of all columns together. */
async function readParts(files: readonly string[], leastAxes: number, together = false) {
  const arrays = [];
  for (const file of files) {
    const array = await readNpy(file);
    if (array.shape.length < leastAxes) throw wrongShape(file, array, leastAxes === 2 ? '(N, C, …)' : '(N, …)');
    arrays.push(array);
  }
  const n = arrays[0].shape[0];
  arrays.forEach((array, index) => {
    if (array.shape[0] !== n) throw otherSamples(files[index], array.shape[0], n);
  });
  const values = new Float32Array(arrays.reduce((sum, array) => sum + array.values.length, 0));
  const scales: number[] = [];
  let at = 0;
  for (const array of arrays) {
    const columnCount = together ? 1 : array.shape.slice(1).reduce((product, length) => product * length, 1);
    const centred = centredFloat32(array.values, columnCount);
    scales.push(centred.scale);
    values.set(centred.values, at);
    at += array.values.length;
  }
  const parts = arrays.map(({ shape }) => ({
    channelCount: shape[1] ?? 1,
    mapLength: shape.slice(2).reduce((product, length) => product * length, 1),
  }));
  return { values, n, parts, scales };
}

function lessThan(entropy: number | null | undefined, bits: number | null): number | null {
  return entropy === null || entropy === undefined || bits === null ? null : Math.max(0, entropy - bits);
}
