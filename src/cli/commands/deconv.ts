/** `cnnslicer deconv RUN LAYER CHANNEL`: a feature map, or one unit of it, projected back to the input. */
import { writeFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { DeconvnetResult, DeconvnetUnit } from '../../protocol/deconvnet.js';
import { SIGNED_COLOURS, projectionPixels, projectionScale } from '../projectionPixels.js';
import { Failure } from '../../protocol/failure.js';
import type { Layer, RunManifest } from '../../protocol/run.js';
import { openRun } from '../../store/reading/openRun.js';
import { contextOf, type Invocation } from '../invocation.js';
import { countOption } from '../optionParsers.js';
import { npyBytes, pngBytes } from '../pictureFiles.js';
import { defaultRunsFolder, findRunFolder } from '../runArgument.js';

interface DeconvOptions {
  readonly sample: number;
  readonly epoch?: number;
  readonly unit: DeconvnetUnit;
  readonly output?: string;
  readonly scale?: number;
  readonly out?: string;
  readonly json?: boolean;
}

export function addDeconvCommand(program: Command, invocation: Invocation): void {
  program
    .command('deconv')
    .description('project a feature map back to the input with a deconvnet')
    .argument('<run>', 'a run folder, a run’s id or name, or "latest"')
    .argument('<layer>', 'name or number of a layer')
    .argument('<channel>', 'number of a channel or unit', countOption('<channel>', 0))
    .option('--sample <i>', 'number of the probe', countOption('--sample', 0), 0)
    .option('--epoch <t>', 'instead of the last complete epoch', countOption('--epoch', 0))
    .option('--unit <unit>', 'strongest, map, or a position such as 3,7 (y,x)', unitOption, 'strongest')
    .option('-o, --output <file>', 'write the projection to a .png or .npy file')
    .option('--scale <pixels>', 'PNG: pixels in the file per pixel of the input', countOption('--scale'))
    .option('--out <folder>', 'the folder that holds the runs')
    .option('--json', 'print JSON')
    .action((run: string, layer: string, channel: number, options: DeconvOptions) =>
      runDeconv(invocation, run, layer, channel, options),
    );
}

function unitOption(text: string): DeconvnetUnit {
  if (text === 'map' || text === 'strongest') return text;
  if (!/^\d+(,\d+){0,2}$/.test(text))
    throw new InvalidArgumentError('--unit requires strongest, map, or a position: y,x.');
  return text.split(',').map(Number);
}

async function runDeconv(
  invocation: Invocation,
  run: string,
  layerName: string,
  channel: number,
  options: DeconvOptions,
): Promise<void> {
  const writer = options.output === undefined ? null : fileWriter(options.output, options.scale);
  const folder = await findRunFolder(run, options.out ?? defaultRunsFolder(invocation.workingFolder));
  const reader = await openRun(folder);
  const layer = namedLayer(reader.manifest, layerName);
  const epoch = options.epoch ?? (await reader.describe()).summary.epochs.at(-1) ?? 0;
  const asked = { layer: layer.index, channel, epoch, samples: [options.sample], unit: options.unit };
  const result = await invocation.engine().about('deconvnet', folder, asked, contextOf(invocation, 'deconv'));
  const file = options.output === undefined ? null : resolve(invocation.workingFolder, options.output);
  if (file !== null) await writeFile(file, writer?.(result) ?? '');
  const facts = factsOf(result, layer, options.unit, file);
  if (options.json) return invocation.console.json(facts);
  for (const line of lines(facts)) invocation.console.result(line);
}

function namedLayer({ layers }: RunManifest, text: string): Layer {
  const found = layers.find(({ name }) => name === text) ?? (/^\d+$/.test(text) ? layers[Number(text)] : undefined);
  if (found) return found;
  throw new Failure({
    kind: 'not-found',
    doing: `looking for the layer ${text}`,
    wrong: `the run has ${layers.map(({ name }) => name).join(', ')}`,
    tryThis: 'Use one of these names, or the number of the layer, from 0.',
  });
}

/** What to write, chosen before anything is computed. */
function fileWriter(file: string, scale: number | undefined): (result: DeconvnetResult) => Buffer {
  switch (extname(file).toLowerCase()) {
    case '.npy':
      return ({ inputShape, inputChannels, values }) => npyBytes([...inputShape, inputChannels], values);
    case '.png':
      return (result) => pngOf(result, scale);
    default:
      throw new Failure({
        kind: 'bad-input',
        doing: `choosing the format of ${file}`,
        wrong: 'its extension is neither .png nor .npy',
        tryThis: 'Name a .png file for a picture, or a .npy file for the values.',
      });
  }
}

/** The longer side of a file whose scale nobody chose. */
const USUAL_SIDE = 256;

function pngOf({ inputShape, inputChannels, values }: DeconvnetResult, scale: number | undefined): Buffer {
  const width = inputShape.at(-1) ?? 1;
  const height = Math.max(1, values.length / inputChannels / width);
  const times = scale ?? Math.max(1, Math.floor(USUAL_SIDE / Math.max(width, height)));
  const small = projectionPixels(values, inputChannels, projectionScale(values, inputChannels), SIGNED_COLOURS);
  const pixels = new Uint8Array(width * height * times * times * 3);
  for (let at = 0; at * 3 < pixels.length; at++) {
    const [y, x] = [Math.floor(at / (width * times) / times), Math.floor((at % (width * times)) / times)];
    const from = 3 * (y * width + x);
    pixels.set(small.subarray(from, from + 3), 3 * at);
  }
  return pngBytes(width * times, height * times, pixels);
}

type Facts = ReturnType<typeof factsOf>;

function factsOf(result: DeconvnetResult, layer: Layer, unit: DeconvnetUnit, file: string | null) {
  const [projection] = result.projections;
  const { inputShape, inputChannels, values } = result;
  const [inside, outside] = energies(result);
  return {
    layer: layer.index,
    name: layer.name,
    channel: result.channel,
    epoch: result.epoch,
    sample: projection.sample,
    unit,
    place: projection.place,
    activation: projection.activation,
    field: projection.field,
    inputShape: [...inputShape, inputChannels],
    minimum: values.reduce((least, value) => Math.min(least, value), Infinity),
    maximum: values.reduce((most, value) => Math.max(most, value), -Infinity),
    energyInField: inside,
    energyOutside: outside,
    recordedDifference: projection.recordedDifference,
    file,
  };
}

/** Sums of squares inside and outside the receptive field. */
function energies({ projections: [{ field }], inputShape, inputChannels, values }: DeconvnetResult): [number, number] {
  const sums: [number, number] = [0, 0];
  values.forEach((value, i) => {
    let rest = Math.floor(i / inputChannels);
    let seen = true;
    for (let axis = inputShape.length - 1; axis >= 0; axis--) {
      const at = rest % inputShape[axis];
      rest = Math.floor(rest / inputShape[axis]);
      seen &&= at >= field[axis][0] && at < field[axis][1];
    }
    sums[seen ? 0 : 1] += value * value;
  });
  return sums;
}

function lines(facts: Facts): string[] {
  const place =
    facts.place === null ? 'whole map' : facts.place.length === 0 ? 'unit' : `unit ${facts.place.join(',')}`;
  const activation = facts.activation === null ? 'no number' : facts.activation.toPrecision(4);
  const field = facts.field.map(([from, to]) => `${from}–${to - 1}`).join(' × ') || 'all of the input';
  const checked =
    facts.recordedDifference === null
      ? 'No map of this sample was recorded, so the computed map cannot be checked.'
      : `The computed and the recorded map differ by at most ${facts.recordedDifference.toExponential(1)} of the layer’s largest value.`;
  return [
    `${facts.name} channel ${facts.channel}, sample ${facts.sample}, epoch ${facts.epoch}: ${place}, activation ${activation}`,
    `sees ${field} (rows × columns) of ${facts.inputShape.join(' × ')}; projection ${facts.minimum.toPrecision(4)} to ${facts.maximum.toPrecision(4)}`,
    `energy ${facts.energyInField.toPrecision(4)} in its field, ${facts.energyOutside} outside`,
    checked,
    ...(facts.file === null ? [] : [`written to ${facts.file}`]),
  ];
}
