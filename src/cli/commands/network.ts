/** `cnnslicer network RUN`: clusters of channels, their orders, and bundled weights between them. */
import { Option, type Command } from 'commander';
import {
  COUNT_CRITERIA,
  LINKAGES,
  VECTOR_SCALES,
  type CountCriterion,
  type LayerClusters,
  type LinkageMethod,
  type NetworkOptions,
  type NetworkResult,
  type VectorScale,
} from '../../protocol/network.js';
import type { Layer, RunManifest } from '../../protocol/run.js';
import { Failure } from '../../protocol/failure.js';
import { layersCalled } from '../../protocol/layerNames.js';
import { openRun } from '../../store/reading/openRun.js';
import { tableLines, type Console } from '../console.js';
import { contextOf, type Invocation } from '../invocation.js';
import { countOption, numberOption } from '../optionParsers.js';
import { defaultRunsFolder, findRunFolder } from '../runArgument.js';
import { sourceText } from './runs.js';

interface NetworkCommandOptions {
  readonly epoch?: number;
  readonly linkage?: LinkageMethod;
  readonly criterion?: CountCriterion;
  readonly scale?: VectorScale;
  readonly strongest?: number;
  readonly clusters?: readonly string[];
  readonly out?: string;
  readonly json?: boolean;
}

export function addNetworkCommand(program: Command, invocation: Invocation): void {
  program
    .command('network')
    .description('the network as clusters of channels with bundled weights between them')
    .argument('<run>', 'a run folder, a run’s id or name, or "latest"')
    .option('--epoch <t>', 'instead of the last complete epoch', countOption('--epoch', 0))
    .addOption(new Option('--linkage <name>', 'of the clusters (default average)').choices([...LINKAGES]))
    .addOption(
      new Option('--criterion <name>', 'criterion for the number of clusters (default silhouette)').choices([
        ...COUNT_CRITERIA,
      ]),
    )
    .addOption(
      new Option('--scale <name>', 'share: means of each channel divided by its largest (default)').choices([
        ...VECTOR_SCALES,
      ]),
    )
    .option('--clusters <layer=count...>', 'number of clusters for a layer')
    .option(
      '--strongest <share>',
      'share of a layer pair’s edges that are bundled (default 0.5)',
      numberOption('--strongest', 0.01, 1),
    )
    .option('--out <folder>', 'the folder that holds the runs')
    .option('--json', 'print JSON')
    .action((run: string, options: NetworkCommandOptions) => runNetwork(invocation, run, options));
}

async function runNetwork(invocation: Invocation, run: string, options: NetworkCommandOptions): Promise<void> {
  const folder = await findRunFolder(run, options.out ?? defaultRunsFolder(invocation.workingFolder));
  const { manifest } = await openRun(folder);
  const asked = networkOptions(options, manifest.layers);
  const result = await invocation.engine().about('network', folder, asked, contextOf(invocation, 'network'));
  if (options.json) invocation.console.json(named(result, manifest));
  else printNetwork(invocation.console, result, manifest);
}

function networkOptions(options: NetworkCommandOptions, layers: readonly Layer[]): NetworkOptions {
  const { epoch, clusters, linkage, criterion, scale, strongest } = options;
  return {
    epoch: epoch ?? null,
    ...(linkage === undefined ? {} : { linkage }),
    ...(criterion === undefined ? {} : { criterion }),
    ...(scale === undefined ? {} : { scale }),
    ...(strongest === undefined ? {} : { strongest }),
    ...(clusters === undefined ? {} : { counts: clusters.map((text) => clusterCount(text, layers)) }),
  };
}

/** "conv2d_1=4", or the layer's number instead of its name. */
function clusterCount(text: string, layers: readonly Layer[]): [number, number] {
  const [, name, digits] = /^(.*)=(\d{1,6})$/.exec(text) ?? [];
  const layer = layersCalled(layers, name)[0] ?? layers.find((one) => String(one.index) === name);
  if (layer && Number(digits) > 0) return [layer.index, Number(digits)];
  throw new Failure({
    kind: 'bad-input',
    doing: 'setting the number of clusters of a layer',
    wrong: `--clusters ${text} does not name a layer and a count`,
    tryThis: `Write a layer and a count, such as ${layers[Math.min(1, layers.length - 1)].name}=4.`,
  });
}

function named(result: NetworkResult, { layers, classNames }: RunManifest): object {
  const nameOf = (layer: number): string => layers[layer].name;
  return {
    ...result,
    classNames,
    nodes: result.nodes.map((one) => ({ ...one, name: nameOf(one.layer), source: layers[one.layer].source })),
    layers: result.layers.map((one) => ({ name: nameOf(one.layer), ...one })),
    edges: result.edges.map((one) => ({ fromName: nameOf(one.from), toName: nameOf(one.to), ...one })),
  };
}

function printNetwork(console: Console, result: NetworkResult, { layers, classNames }: RunManifest): void {
  const rows = result.layers.flatMap((one) => clusterRows(one, layers, classNames));
  const header = ['layer', 'cluster', 'channels', 'strongest for', 'source'];
  for (const line of tableLines(header, rows, ['left', 'left', 'left', 'left', 'left'])) console.result(line);
  for (const line of stageLines(result)) console.result(line);
  const { edges, crossingsBefore, crossingsAfter, inkBefore, inkAfter } = result.clutter;
  console.message(
    `${edges} edges bundled: crossings ${crossingsBefore} → ${crossingsAfter}, ink ${inkBefore.toFixed(1)} → ${inkAfter.toFixed(1)} (with the clusters spaced evenly over columns of height 1)`,
  );
  const { estimator, parameters, n } = result.provenance;
  const chosen = Object.entries(parameters).map(([name, value]) => `${name} = ${value}`);
  console.message([estimator, ...chosen, `epoch ${result.epoch}`, `N = ${n}`].join('; '));
}

const MOST_LISTED = 16;

function clusterRows(one: LayerClusters, layers: readonly Layer[], classNames: readonly string[]): string[][] {
  const layer = layers[one.layer];
  const listed = (channels: readonly number[]): string =>
    channels.slice(0, MOST_LISTED).join(' ') + (channels.length > MOST_LISTED ? ` … (${channels.length})` : '');
  const rows = one.clusters.map(({ channels, strongest }, i) => [
    layer.name,
    clusterName(i),
    listed(channels),
    strongest
      .slice(0, 3)
      .map((k) => classNames[k] ?? '–')
      .join(', '),
    sourceText(layer),
  ]);
  if (one.dead.length > 0) rows.push([layer.name, 'dead', listed(one.dead), '–', sourceText(layer)]);
  return one.reason === null ? rows : [...rows, [layer.name, '–', '–', one.reason, sourceText(layer)]];
}

function stageLines({ stages }: NetworkResult): string[] {
  return stages.map(
    ({ name, by, layers, parent }) =>
      `stage ${name}: ${layers.length} layers, by ${by}${parent === null ? '' : `, in ${parent}`}`,
  );
}

/** A … Z, AA, AB, …, as the view names them. */
function clusterName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : clusterName(Math.floor(index / 26) - 1) + letter;
}
