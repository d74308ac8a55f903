/** `cnnslicer measure NAME --samples A.npy`: a measure on arrays; no run is needed. */
import type { Command } from 'commander';
import { binCodes } from '../../analysis/measures/binCodes.js';
import { centredFloat32 } from '../../analysis/measures/centredFloat32.js';
import { contextOf, type Invocation } from '../invocation.js';
import { DIVERSITY, MAP_ENTROPY } from '../../protocol/entropyNames.js';
import { MEASURE_DESCRIPTORS, type MeasureOptions } from '../../protocol/measure.js';
import { chosenOptions } from '../../protocol/measures/option.js';
import { readNpy } from '../../data/npy.js';
import { readLabels, wrongShape } from './measureArrays.js';
import { addArrayMeasures } from './measurePairs.js';
import { arrayFlags, optionsOfArrays } from './queryOptions.js';

interface ArrayOptions extends MeasureOptions {
  readonly samples: string;
  readonly labels?: string;
}

export function addMeasureCommands(program: Command, invocation: Invocation): void {
  const measure = program.command('measure').description('compute a measure of .npy arrays, without a run, as JSON');
  const inter = measure
    .command('inter')
    .description('diversity (inter-sample entropy, paper eqs. 4–7) of samples (N, D…)')
    .requiredOption('--samples <file>', '.npy array whose first axis is the samples');
  for (const flag of arrayFlags('inter')) inter.addOption(flag);
  inter
    .option('--json', 'accepted for consistency; this command always prints JSON')
    .action((options: ArrayOptions) => measureInter(invocation, options));
  const intra = measure
    .command('intra')
    .description('map entropy (intra-sample entropy, paper §4.4.2) of feature maps (N, C, H, W)')
    .requiredOption('--samples <file>', '.npy array (N, C, H, W)')
    .option('--labels <file>', '.npy array (N) of classes');
  for (const flag of arrayFlags('intra')) intra.addOption(flag);
  intra
    .option('--json', 'accepted for consistency; this command always prints JSON')
    .action((options: ArrayOptions) => measureIntra(invocation, options));
  addArrayMeasures(measure, invocation);
}

async function measureInter(invocation: Invocation, options: ArrayOptions): Promise<void> {
  const samples = await readNpy(options.samples);
  if (samples.shape.length < 2) throw wrongShape(options.samples, samples, '(N, D) or more axes');
  const n = samples.shape[0];
  const d = samples.shape.slice(1).reduce((product, length) => product * length, 1);
  const value = await invocation
    .engine()
    .interOfArray(
      samples.values instanceof Float32Array ? samples.values : centredFloat32(samples.values, d).values,
      n,
      d,
      optionsOfArrays('inter', options),
      contextOf(invocation, DIVERSITY),
    );
  // An array has neither a layer nor an epoch, and JSON leaves out what is undefined.
  invocation.console.json({ ...value, layer: undefined, epoch: undefined, unit: 'bits' });
}

async function measureIntra(invocation: Invocation, options: ArrayOptions): Promise<void> {
  const samples = await readNpy(options.samples);
  if (samples.shape.length < 3) throw wrongShape(options.samples, samples, '(N, C, H, W)');
  const labels = options.labels === undefined ? null : await readLabels(options.labels, samples.shape[0]);
  const [sampleCount, channelCount, ...map] = samples.shape;
  const mapLength = map.reduce((product, length) => product * length, 1);
  const { bins, range } = chosenOptions(MEASURE_DESCRIPTORS.intra, { bins: options.bins, range: options.range });
  // One value rounded over the edge of a bin would show in the fourth digit.
  const maps =
    samples.values instanceof Float64Array
      ? binCodes({ maps: samples.values, sampleCount, channelCount, mapLength }, bins, range)
      : samples.values;
  const shape = { sampleCount, channelCount, mapLength, labels, bins, range };
  const result = await invocation.engine().intraOfArray(maps, shape, contextOf(invocation, MAP_ENTROPY));
  invocation.console.json({ ...result, unit: 'bits' });
}
