/** `cnnslicer ablate RUN LAYER`: accuracy on the probes without channels of a layer. */
import { Option, type Command } from 'commander';
import { REPLACEMENTS, type AblationResult, type Replacement } from '../../protocol/ablation.js';
import { Failure } from '../../protocol/failure.js';
import type { Layer, RunManifest } from '../../protocol/run.js';
import { openRun } from '../../store/openRun.js';
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
    .description('accuracy on the probes when channels of a layer say nothing')
    .argument('<run>', 'a run folder, a run’s id or name, or "latest"')
    .argument('<layer>', 'a layer’s name or index')
    .option('--channels <list>', 'ablated together, such as 0,3 or 4-7; all unless given')
    .option('--each', 'each of the channels by itself, too')
    .option('--epoch <t>', 'instead of the last whole epoch', countOption('--epoch', 0))
    .addOption(
      new Option('--replace <value>', 'what takes their place: zero (default) or their mean').choices([
        ...REPLACEMENTS,
      ]),
    )
    .option('--out <folder>', 'the folder that holds the runs')
    .option('--json', 'print JSON')
    .action((run: string, layer: string, options: AblateOptions) => ablate(invocation, run, layer, options));
}

async function ablate(invocation: Invocation, run: string, name: string, options: AblateOptions): Promise<void> {
  const folder = await findRunFolder(run, options.out ?? defaultRunsFolder(invocation.workingFolder));
  const reader = await openRun(folder);
  const { manifest } = reader;
  const { summary } = await reader.describe();
  const layer = layerNamed(manifest, name);
  const together = channelsOf(options.channels, layer);
  const alone = options.each ? together.map((channel) => [channel]) : [];
  const asked = {
    layer: layer.index,
    epoch: options.epoch ?? Math.max(0, ...summary.epochs),
    sets: [together, ...(together.length > 1 ? alone : [])],
    ...(options.replace === undefined ? {} : { replacement: options.replace }),
  };
  const result = await invocation.engine().ablation(folder, asked, contextOf(invocation, 'ablation'));
  if (options.json) invocation.console.json({ ...result, name: layer.name, source: layer.source });
  else printAblation(invocation.console, result, layer);
}

function layerNamed({ layers }: RunManifest, name: string): Layer {
  const layer = layers.find((one) => one.name === name) ?? layers.find((one) => String(one.index) === name);
  if (layer) return layer;
  throw new Failure({
    kind: 'not-found',
    doing: 'ablating channels',
    wrong: `there is no layer ${name}`,
    tryThis: `Name one of ${layers.map((one) => one.name).join(', ')}, or its index.`,
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
    wrong: `--channels ${text}`,
    tryThis: `Write numbers below ${channelCount}, such as 0,2 or 0-${channelCount - 1}.`,
  });
}

const MOST_LISTED = 12;

function printAblation(console: Console, result: AblationResult, layer: Layer): void {
  const percent = (share: number | null): string => (share === null ? '–' : `${(100 * share).toFixed(1)} %`);
  const listed = (channels: readonly number[]): string =>
    channels.slice(0, MOST_LISTED).join(' ') + (channels.length > MOST_LISTED ? ` … (${channels.length})` : '');
  const rows = result.values.map((value) => [
    listed(value.channels),
    percent(value.accuracy),
    value.change === null ? '–' : `${value.change > 0 ? '+' : ''}${percent(value.change)}`,
    value.halfWidth === null ? '–' : `± ${percent(value.halfWidth)}`,
    String(value.changedAnswers),
  ]);
  const header = ['without channels', 'accuracy', 'change', '95 %', 'other answers'];
  for (const line of tableLines(header, rows, ['left', 'right', 'right', 'right', 'right'])) console.result(line);
  const { estimator } = result.provenance;
  console.message(
    `${layer.name} at epoch ${result.epoch}: ${percent(result.whole.accuracy)} with all channels; ${estimator}; N = ${result.n}; ${result.otherThanRecorded} answers other than recorded`,
  );
}
