/** `cnnslicer measure NAME --samples A.npy` as the measures describe it; no run is needed. */
import { Option, type Command } from 'commander';
import { centredFloat32 } from '../../analysis/measures/centredFloat32.js';
import {
  checkTaken,
  MEASURE_DESCRIPTORS,
  MEASURES,
  measureTable,
  type LayerMiValue,
  type MeasureName,
  type MeasureOptions,
  type MeasureResult,
} from '../../protocol/measure.js';
import type { OfArrays } from '../../protocol/measures/descriptor.js';
import { csvLines } from '../console.js';
import { readNpy } from '../../data/npy.js';
import { contextOf, type Invocation } from '../invocation.js';
import { otherSamples, readLabels, wrongShape } from './measureArrays.js';
import { arrayFlags, optionsOfArrays } from './queryOptions.js';
import { provenanceText, withEstimator } from './queryTable.js';

const NO_NAMES = { layers: [], classNames: [] };

interface ArrayOptions extends MeasureOptions {
  readonly samples: string;
  readonly other?: string;
  readonly labels?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** Every measure that says what arrays it takes, and layer-mi, which takes labels too. */
export function addArrayMeasures(measure: Command, invocation: Invocation): void {
  for (const name of MEASURES) {
    const { ofArrays }: { ofArrays?: OfArrays<never> } = MEASURE_DESCRIPTORS[name];
    if (ofArrays) addArrayMeasure(measure, invocation, name, ofArrays);
  }
  withFlags(
    measure
      .command('layer-mi')
      .description('mutual information of a layer’s units (N, D) with the input and the labels')
      .requiredOption('--samples <file>', '.npy array (N, D)')
      .option('--labels <file>', '.npy array (N) of classes'),
    'layer-mi',
  ).action((options: ArrayOptions) => measureLayerMi(invocation, options));
}

function addArrayMeasure(
  measure: Command,
  invocation: Invocation,
  name: MeasureName,
  { summary, shape, leastAxes, other, json }: OfArrays<never>,
): void {
  const command = measure.command(name).description(summary).requiredOption('--samples <file>', `.npy array ${shape}`);
  if (other) command.addOption(new Option('--other <file>', other.text).makeOptionMandatory(!other.isOptional));
  withFlags(command, name).action(async (options: ArrayOptions) => {
    const files = options.other === undefined ? [options.samples] : [options.samples, options.other];
    const arrays = await readParts(files, leastAxes);
    const context = contextOf(invocation, MEASURE_DESCRIPTORS[name].label.toLowerCase());
    const result = await invocation.engine().measureArrays(name, arrays, optionsOfArrays(name, options), context);
    print(invocation, options, result, { ...json(result as never), provenance: result.provenance }); // of this measure
  });
}

function withFlags(command: Command, measure: MeasureName): Command {
  for (const flag of arrayFlags(measure)) command.addOption(flag);
  return command
    .option('--json', 'accepted for consistency; this command always prints JSON')
    .addOption(new Option('--csv', 'print CSV').conflicts('json'));
}

async function measureLayerMi(invocation: Invocation, options: ArrayOptions): Promise<void> {
  const chosen = optionsOfArrays('layer-mi', options);
  checkTaken('layer-mi', chosen);
  // Bins are the same for all units, so that the units are moved together; the others take each as it lies.
  const together = (options.estimator ?? 'binned') === 'binned';
  const { values, n, parts, scales } = await readParts([options.samples], 2, together);
  const labels = options.labels === undefined ? null : await readLabels(options.labels, n);
  const context = contextOf(invocation, 'layer mutual information');
  const result = await invocation.engine().measureArrays('layer-mi', { values, n, parts, labels }, chosen, context);
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

function print(invocation: Invocation, { csv }: ArrayOptions, result: MeasureResult, json: object): void {
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
