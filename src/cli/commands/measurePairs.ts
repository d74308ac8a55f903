/** `cnnslicer measure distance-mi|layer-mi|cka --samples A.npy`: measures between arrays; no run is needed. */
import { Option, type Command } from 'commander';
import { centredFloat32 } from '../../analysis/measures/centredFloat32.js';
import type { DistanceMiValue, LayerMiValue, MeasureOptions } from '../../protocol/measure.js';
import { INFORMATION_ESTIMATORS } from '../../protocol/measure.js';
import { measureTable, type TabulatedResult } from '../../protocol/measureTables.js';
import { csvLines } from '../console.js';
import { readNpy } from '../../data/npy.js';
import { contextOf, type Invocation } from '../invocation.js';
import { countOption, numberOption } from '../optionParsers.js';
import { otherSamples, readLabels, wrongShape } from './measureArrays.js';
import { checkTaken } from './queryOptions.js';
import { provenanceText, withEstimator } from './queryTable.js';

interface PairOptions extends MeasureOptions {
  readonly samples: string;
  readonly other?: string;
  readonly labels?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

export function addPairMeasures(measure: Command, invocation: Invocation): void {
  withStatistics(
    measure
      .command('distance-mi')
      .description('distance mutual information (paper §5.3.1) of channels (N, Ca, …) and (N, Cb, …)')
      .requiredOption('--samples <file>', '.npy array (N, Ca, …): A, the rows')
      .option('--other <file>', '.npy array (N, Cb, …): B, the columns (default: A itself)')
      .option('--bins <count>', 'bins of each channel’s distances (default 32)', countOption('--bins', 1))
      .option('--null-pairs <count>', 'pairs that the null rests on (default 32768)', countOption('--null-pairs', 1))
      .option('--sensitivity', 'add the table of bins × N'),
  ).action((options: PairOptions) => measureDistanceMi(invocation, options));
  withStatistics(
    measure
      .command('layer-mi')
      .description('mutual information of a layer’s units (N, D) with the input and the labels')
      .requiredOption('--samples <file>', '.npy array (N, D)')
      .option('--labels <file>', '.npy array (N) of classes')
      .addOption(
        new Option('--estimator <name>', 'how it is estimated').choices([...INFORMATION_ESTIMATORS]).default('binned'),
      )
      .option('--bins <count>', 'bins of the binned estimator (default 30)', countOption('--bins', 1))
      .option(
        '--noise-share <share>',
        'kde: noise variance ÷ total variance (default 0.05)',
        numberOption('--noise-share', 1e-9, 1e9),
      )
      .option('--units', 'each unit by itself'),
  ).action((options: PairOptions) => measureLayerMi(invocation, options));
  measure
    .command('cka')
    .description('linear centred kernel alignment (unbiased HSIC) of activations (N, …) and (N, …)')
    .requiredOption('--samples <file>', '.npy array (N, …)')
    .requiredOption('--other <file>', '.npy array (N, …) of the same samples')
    .option('--interval', 'add the 95 % jackknife interval')
    .option('--json', 'JSON is what this command prints anyway')
    .addOption(csvOption())
    .action((options: PairOptions) => measureCka(invocation, options));
}

function csvOption(): Option {
  return new Option('--csv', 'print CSV').conflicts('json');
}

function withStatistics(command: Command): Command {
  return command
    .option('--permutations <count>', 'permutations for the null (default 0)', countOption('--permutations', 0))
    .option('--seed <seed>', 'seed of the permutations (default 1)', countOption('--seed', 0))
    .option('--interval', 'add 95 % jackknife intervals')
    .option('--json', 'JSON is what this command prints anyway')
    .addOption(csvOption());
}

async function measureDistanceMi(invocation: Invocation, options: PairOptions): Promise<void> {
  const files = options.other === undefined ? [options.samples] : [options.samples, options.other];
  const { values, n, parts } = await readParts(files, 2);
  const context = contextOf(invocation, 'distance mutual information');
  const result = await invocation.engine().distanceMiOfArrays(values, n, parts, measureOptions(options), context);
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
  checkTaken('layer-mi', measureOptions(options));
  // Bins are the same for all units, so that the units are moved together; the others take each as it lies.
  const together = (options.estimator ?? 'binned') === 'binned';
  const { values, n, parts, scales } = await readParts([options.samples], 2, together);
  const labels = options.labels === undefined ? null : await readLabels(options.labels, n);
  const d = parts[0].channelCount * parts[0].mapLength;
  const context = contextOf(invocation, 'layer mutual information');
  const result = await invocation.engine().layerMiOfArray(values, n, d, labels, measureOptions(options), context);
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
  const result = await invocation.engine().ckaOfArrays(values, n, parts, measureOptions(options), context);
  const [{ values: cells, halfWidths, n: kept, nonFiniteCount, reason }] = result.values;
  const { provenance } = result;
  const halfWidth = halfWidths?.[1] ?? null;
  print(invocation, options, result, { cka: cells[1], halfWidth, n: kept, nonFiniteCount, reason, provenance });
}

function print(invocation: Invocation, { csv }: PairOptions, result: TabulatedResult, json: object): void {
  if (!csv) return invocation.console.json(json);
  const lines = csvLines(...withEstimator(measureTable(result, []), result.provenance.estimator));
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

function measureOptions(options: PairOptions): MeasureOptions {
  const { bins, permutations, nullPairs, seed, interval, sensitivity, estimator, units, noiseShare } = options;
  const all = { bins, permutations, nullPairs, seed, interval, sensitivity, estimator, units, noiseShare };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function lessThan(entropy: number | null | undefined, bits: number | null): number | null {
  return entropy === null || entropy === undefined || bits === null ? null : Math.max(0, entropy - bits);
}
