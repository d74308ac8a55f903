/** `cnnslicer measure NAME --samples A.npy`: a measure on arrays; no run is needed. */
import { Option, type Command } from 'commander';
import { binCodes } from '../../analysis/measures/binCodes.js';
import { centredFloat32 } from '../../analysis/measures/centredFloat32.js';
import { contextOf, type Invocation } from '../invocation.js';
import { NEIGHBOUR_SEARCHES, type NeighbourSearch } from '../../protocol/measure.js';
import { readNpy } from '../../data/npy.js';
import { countOption } from '../optionParsers.js';
import { readLabels, wrongShape } from './measureArrays.js';
import { addPairMeasures } from './measurePairs.js';

interface InterOptions {
  readonly samples: string;
  readonly k?: number;
  readonly neighbours?: NeighbourSearch;
  readonly noise?: boolean;
  readonly interval?: boolean;
}

interface IntraOptions {
  readonly samples: string;
  readonly labels?: string;
  readonly bins?: number;
  readonly range: 'map' | 'channel';
}

export function addMeasureCommands(program: Command, invocation: Invocation): void {
  const measure = program.command('measure').description('a measure on .npy arrays, as JSON; no run is needed');
  measure
    .command('inter')
    .description('inter-sample entropy (paper eqs. 4–7) of samples (N, D…)')
    .requiredOption('--samples <file>', '.npy array whose first axis counts the samples')
    .option('--k <count>', 'nearest neighbours (default 15)', countOption('--k', 2))
    .addOption(
      new Option('--neighbours <search>', 'exact (default), or approximate with its recall').choices([
        ...NEIGHBOUR_SEARCHES,
      ]),
    )
    .option('--noise', 'add the entropy of noise of equal N and D')
    .option('--interval', 'add the 95 % jackknife interval')
    .option('--json', 'JSON is what this command prints anyway')
    .action((options: InterOptions) => measureInter(invocation, options));
  measure
    .command('intra')
    .description('intra-sample entropy (paper §4.4.2) of feature maps (N, C, H, W)')
    .requiredOption('--samples <file>', '.npy array (N, C, H, W)')
    .option('--labels <file>', '.npy array (N) of classes')
    .option('--bins <count>', 'bins (default 32)', countOption('--bins', 1))
    .addOption(new Option('--range <range>', 'range of the bins').choices(['map', 'channel']).default('map'))
    .option('--json', 'JSON is what this command prints anyway')
    .action((options: IntraOptions) => measureIntra(invocation, options));
  addPairMeasures(measure, invocation);
}

async function measureInter(invocation: Invocation, options: InterOptions): Promise<void> {
  const samples = await readNpy(options.samples);
  if (samples.shape.length < 2) throw wrongShape(options.samples, samples, '(N, D) or more axes');
  const n = samples.shape[0];
  const d = samples.shape.slice(1).reduce((product, length) => product * length, 1);
  const value = await invocation.engine().interOfArray(
    samples.values instanceof Float32Array ? samples.values : centredFloat32(samples.values, d).values,
    n,
    d,
    {
      ...(options.k === undefined ? {} : { k: options.k }),
      ...(options.neighbours === undefined ? {} : { neighbours: options.neighbours }),
      ...(options.noise ? { noise: true } : {}),
      ...(options.interval ? { interval: true } : {}),
    },
    contextOf(invocation, 'inter-sample entropy'),
  );
  // An array has neither a layer nor an epoch, and JSON leaves out what is undefined.
  invocation.console.json({ ...value, layer: undefined, epoch: undefined, unit: 'bits' });
}

async function measureIntra(invocation: Invocation, options: IntraOptions): Promise<void> {
  const samples = await readNpy(options.samples);
  if (samples.shape.length < 3) throw wrongShape(options.samples, samples, '(N, C, H, W)');
  const labels = options.labels === undefined ? null : await readLabels(options.labels, samples.shape[0]);
  const [sampleCount, channelCount, ...map] = samples.shape;
  const mapLength = map.reduce((product, length) => product * length, 1);
  const { bins = 32, range } = options;
  // One value rounded over the edge of a bin would show in the fourth digit.
  const maps =
    samples.values instanceof Float64Array
      ? binCodes({ maps: samples.values, sampleCount, channelCount, mapLength }, bins, range)
      : samples.values;
  const shape = { sampleCount, channelCount, mapLength, labels, bins, range };
  const result = await invocation.engine().intraOfArray(maps, shape, contextOf(invocation, 'intra-sample entropy'));
  invocation.console.json({ ...result, unit: 'bits' });
}
