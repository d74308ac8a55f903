/** `cnnslicer ablate RUN LAYER…`: held-out accuracy without channels of a layer, or of several together. */
import { Option, type Command } from 'commander';
import { accuracyName, accuracyWithInterval } from '../../protocol/accuracy.js';
import { REPLACEMENTS, type AblatedChannels, type AblationResult, type Replacement } from '../../protocol/ablation.js';
import { Failure } from '../../protocol/failure.js';
import { layersCalled } from '../../protocol/layerNames.js';
import type { Layer, RunManifest } from '../../protocol/run.js';
import { openRun } from '../../store/reading/openRun.js';
import { tableLines, type Console } from '../console.js';
import { contextOf, type Invocation } from '../invocation.js';
import { countOption } from '../optionParsers.js';
import { defaultRunsFolder, findRunFolder } from '../runArgument.js';

interface AblateOptions {
  readonly channels?: string;
  readonly each?: boolean;
  readonly epoch?: number;
  readonly replace?: Replacement;
  readonly out?: string;
  readonly json?: boolean;
}

export function addAblateCommand(program: Command, invocation: Invocation): void {
  program
    .command('ablate')
    .description('measure the held-out accuracy with channels of one or more layers switched off')
    .argument('<run>', 'a run folder, a run’s id or name, or "latest"')
    .argument('<layers...>', 'name or index of a layer; or several, each with its channels: conv2d_1:0,3-5')
    .option('--channels <list>', 'channels of a single layer to switch off together, such as 0,3 or 4-7 (default all)')
    .option('--each', 'also switch off each channel of a single layer by itself')
    .option('--epoch <t>', 'instead of the last complete epoch', countOption('--epoch', 0))
    .addOption(new Option('--replace <value>', 'replacement value: zero (default) or mean').choices([...REPLACEMENTS]))
    .option('--out <folder>', 'the folder that holds the runs')
    .option('--json', 'print JSON')
    .action((run: string, layers: string[], options: AblateOptions) => ablate(invocation, run, layers, options));
}

async function ablate(invocation: Invocation, run: string, texts: string[], options: AblateOptions): Promise<void> {
  const folder = await findRunFolder(run, options.out ?? defaultRunsFolder(invocation.workingFolder));
  const reader = await openRun(folder);
  const { manifest } = reader;
  const { summary } = await reader.describe();
  const [first, ...together] = ablatedOf(texts, manifest, options);
  const alone = options.each && first.channels.length > 1 ? first.channels.map((channel) => [channel]) : [];
  const layer = manifest.layers[first.layer];
  const asked = {
    layer: first.layer,
    epoch: options.epoch ?? Math.max(0, ...summary.epochs),
    sets: [first.channels, ...alone],
    ...(together.length > 0 ? { together } : {}),
    ...(options.replace === undefined ? {} : { replacement: options.replace }),
  };
  const result = await invocation.engine().about('ablation', folder, asked, contextOf(invocation, 'ablation'));
  if (options.json) invocation.console.json({ ...result, name: layer.name, source: layer.source });
  else printAblation(invocation.console, result, manifest);
}

/** Channels by layer. What holds for one layer alone is refused for several. */
function ablatedOf(
  texts: readonly string[],
  manifest: RunManifest,
  { channels, each }: AblateOptions,
): AblatedChannels[] {
  if (texts.length > 1 && (channels !== undefined || each))
    throw new Failure({
      kind: 'bad-input',
      doing: 'ablating channels of several layers together',
      wrong: `${channels === undefined ? '--each' : '--channels'} applies to a single layer, but ${texts.length} are named`,
      tryThis: `Write the channels after each layer, as in ${texts[0]}:0,2, and omit --each.`,
    });
  return texts.map((text) => {
    const [, name = text, list] = findLayer(manifest, text) ? [] : (/^(.+):([^:]*)$/.exec(text) ?? []);
    const layer = layerNamed(manifest, name);
    return { layer: layer.index, channels: channelsOf(list ?? channels, layer) };
  });
}

function findLayer({ layers }: RunManifest, name: string): Layer | undefined {
  return layersCalled(layers, name)[0] ?? layers.find((one) => String(one.index) === name);
}

function layerNamed(manifest: RunManifest, name: string): Layer {
  const layer = findLayer(manifest, name);
  if (layer) return layer;
  throw new Failure({
    kind: 'not-found',
    doing: 'ablating channels',
    wrong: `there is no layer ${name}`,
    tryThis: `Name one of ${manifest.layers.map((one) => one.name).join(', ')}, or its index.`,
  });
}

/** "0,3,5-7"; all of the layer's where nothing is given. */
function channelsOf(text: string | undefined, { name, channelCount }: Layer): number[] {
  if (text === undefined) return Array.from({ length: channelCount }, (_, channel) => channel);
  const parts = text.split(',').map((part) => /^\s*(\d{1,6})(?:-(\d{1,6}))?\s*$/.exec(part));
  const channels = parts.flatMap((part) => {
    const [from, to] = [Number(part?.[1]), Number(part?.[2] ?? part?.[1])];
    return part && from <= to ? Array.from({ length: to - from + 1 }, (_, i) => from + i) : [NaN];
  });
  if (channels.every((channel) => channel < channelCount)) return [...new Set(channels)].sort((a, b) => a - b);
  throw new Failure({
    kind: 'bad-input',
    doing: `ablating channels of ${name}`,
    wrong: `${text} is not a list of its channels`,
    tryThis: `Write numbers below ${channelCount}, such as 0,2 or 0-${channelCount - 1}.`,
  });
}

const MOST_LISTED = 12;

function printAblation(console: Console, result: AblationResult, { layers }: RunManifest): void {
  const percent = (share: number | null): string => (share === null ? '–' : `${(100 * share).toFixed(1)} %`);
  const listed = (channels: readonly number[]): string =>
    channels.slice(0, MOST_LISTED).join(' ') + (channels.length > MOST_LISTED ? ` … (${channels.length})` : '');
  const others = result.together.map((one) => `; ${layers[one.layer].name} ${listed(one.channels)}`).join('');
  const rows = result.values.map((value) => [
    others === '' ? listed(value.channels) : `${layers[result.layer].name} ${listed(value.channels)}${others}`,
    percent(value.accuracy),
    value.change === null ? '–' : `${value.change > 0 ? '+' : ''}${percent(value.change)}`,
    value.halfWidth === null ? '–' : `± ${percent(value.halfWidth)}`,
    String(value.changedAnswers),
  ]);
  const header = ['without channels', accuracyName(result.heldOut), 'change', '95 %', 'other answers'];
  for (const line of tableLines(header, rows, ['left', 'right', 'right', 'right', 'right'])) console.result(line);
  const { estimator } = result.provenance;
  console.message(
    `${layers[result.layer].name} at epoch ${result.epoch}: ${wholeWords(result)} with all channels; ${estimator}; N = ${result.n}; ${result.otherThanRecorded} predictions differ from the recording`,
  );
}

function wholeWords({ whole: { correct }, n, heldOut }: AblationResult): string {
  return correct === null ? '–' : accuracyWithInterval({ correct, n, heldOut });
}
