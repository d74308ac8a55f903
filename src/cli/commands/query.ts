/** `cnnslicer query RUN 'dCNN(…)'`: a measure of a slice of one run, as a table, JSON or CSV. */
import { Option, type Command } from 'commander';
import {
  INFORMATION_ESTIMATORS,
  MEASURES,
  NEIGHBOUR_SEARCHES,
  type MeasureName,
  type MeasureOptions,
  type MeasureResult,
} from '../../protocol/measure.js';
import { measureTable } from '../../protocol/measureTables.js';
import type { RunManifest } from '../../protocol/run.js';
import { openRun } from '../../store/openRun.js';
import { csvLines, tableLines, type Alignment } from '../console.js';
import { contextOf, type Invocation } from '../invocation.js';
import { countOption, numberOption } from '../optionParsers.js';
import { defaultRunsFolder, findRunFolder } from '../runArgument.js';

interface QueryOptions extends MeasureOptions {
  readonly measure: MeasureName;
  readonly out?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

export function addQueryCommand(program: Command, invocation: Invocation): void {
  program
    .command('query')
    .description('a measure of a slice, such as: cnnslicer query latest "dCNN(x.label = 3, conv2d_1, {0..7}, -)"')
    .argument('<run>', 'a run folder, a run’s id or name, or "latest"')
    .argument('<query>', 'dCNN(X, L, C, T); "-" takes all of an axis')
    .addOption(new Option('--measure <name>', 'what to compute').choices([...MEASURES]).default('inter'))
    .option('--k <count>', 'neighbours of the inter-sample entropy (default 15)', countOption('--k'))
    .option('--bins <count>', 'bins (default 32; 30 for layer-mi)', countOption('--bins'))
    .addOption(
      new Option('--range <range>', 'range of the bins of the intra-sample entropy').choices(['map', 'channel']),
    )
    .addOption(
      new Option('--neighbours <search>', 'inter: exact, or at least 99 % of them').choices([...NEIGHBOUR_SEARCHES]),
    )
    .option('--noise', 'add the inter-sample entropy of noise of equal N and D')
    .option('--interval', 'add the 95 % jackknife interval')
    .addOption(
      new Option('--of <sides>', 'distance-mi: matrix of channels or of layers').choices(['channels', 'layers']),
    )
    .option('--other <layer>', 'distance-mi: the layer whose channels are the columns')
    .option('--permutations <count>', 'permutations of the samples for the null', countOption('--permutations', 0))
    .option(
      '--null-pairs <count>',
      'distance-mi: pairs that the null rests on (default 32768)',
      countOption('--null-pairs'),
    )
    .option('--seed <seed>', 'seed of the permutations (default 1)', countOption('--seed', 0))
    .option('--sensitivity', 'distance-mi: add the table of bins × N (JSON)')
    .addOption(new Option('--estimator <name>', 'of layer-mi (default binned)').choices([...INFORMATION_ESTIMATORS]))
    .option('--units', 'layer-mi: each channel by itself')
    .option('--noise-share <share>', 'layer-mi, kde: noise variance ÷ total variance', share('--noise-share', 1e9))
    .addOption(new Option('--between <items>', 'cka: between layers or epochs').choices(['layers', 'epochs']))
    .option('--correlation <r>', 'redundancy: |r| of a redundant pair (default 0.95)', share('--correlation', 1))
    .option('--trace-share <share>', 'redundancy: share of the trace (default 0.99)', share('--trace-share', 1))
    .option('--out <folder>', 'the folder that holds the runs')
    .option('--json', 'print JSON')
    .option('--csv', 'print CSV')
    .action((run: string, query: string, options: QueryOptions) => runQuery(invocation, run, query, options));
}

async function runQuery(invocation: Invocation, run: string, query: string, options: QueryOptions): Promise<void> {
  const folder = await findRunFolder(run, options.out ?? defaultRunsFolder(invocation.workingFolder));
  const { manifest } = await openRun(folder);
  const request = { query, measure: options.measure, options: measureOptions(options) };
  const result = await invocation.engine().measure(folder, request, contextOf(invocation, options.measure));
  if (options.json) return invocation.console.json(result);
  const table = tableOf(result, manifest);
  if (options.csv) {
    for (const line of csvLines(table.header, table.rows)) invocation.console.result(line);
    return;
  }
  const rows = table.rows.map((row) => row.map(cellText));
  for (const line of tableLines(table.header, rows, table.alignments)) invocation.console.result(line);
  invocation.console.message(provenanceText(result));
}

const NOT_OF_THE_MEASURE = new Set(['measure', 'out', 'json', 'csv']);

function measureOptions(options: QueryOptions): MeasureOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !NOT_OF_THE_MEASURE.has(name)));
}

const LEAST_SHARE = 1e-9;

function share(name: string, most: number): (text: string) => number {
  return numberOption(name, LEAST_SHARE, most);
}

/** One line under the table: how the numbers were estimated. */
export function provenanceText({ provenance }: MeasureResult): string {
  const parameters = Object.entries(provenance.parameters).map(([name, value]) => `${name} = ${value}`);
  return [provenance.estimator, ...parameters, `N = ${provenance.n}`, `unit: ${provenance.unit}`].join('; ');
}

type Cell = string | number | null;

interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly alignments: readonly Alignment[];
}

function cellText(cell: Cell): string {
  if (typeof cell !== 'number') return cell ?? '–';
  return Number.isInteger(cell) ? String(cell) : cell.toFixed(4);
}

function tableOf(result: MeasureResult, manifest: RunManifest): Table {
  switch (result.measure) {
    case 'inter':
      return numericTable(
        ['layer', 'epoch', 'H bits', 'H - log2 N', 'noise bits', 'half width', 'N', 'D', 'note'],
        result.values.map((value) => [
          manifest.layers[value.layer].name,
          value.epoch,
          value.bits,
          value.excessBits,
          value.noiseBits,
          value.halfWidthBits,
          value.n,
          value.d,
          value.reason ?? '',
        ]),
      );
    case 'intra':
      return numericTable(
        ['layer', 'epoch', 'class', 'channel', 'H bits', 'variance', 'N'],
        result.values.flatMap((value) =>
          value.channels.map((channel, i) => [
            manifest.layers[value.layer].name,
            value.epoch,
            value.classIndex === null ? 'all' : (manifest.classNames[value.classIndex] ?? String(value.classIndex)),
            channel < 0 ? 'units' : channel,
            value.bits[i],
            value.variance[i],
            value.n[i],
          ]),
        ),
      );
    case 'label':
      return numericTable(
        ['epoch', 'split', 'class', 'H(label|y=i) bits', 'H(y|label=i) bits', 'labelled', 'predicted'],
        result.values.flatMap((value) =>
          value.labelGivenPrediction.map((bits, i) => [
            value.epoch,
            value.split,
            manifest.classNames[i] ?? String(i),
            bits,
            value.predictionGivenLabel[i],
            value.counts[i].reduce((sum, count) => sum + count, 0),
            value.counts.reduce((sum, row) => sum + row[i], 0),
          ]),
        ),
      );
    case 'metrics':
      return numericTable(
        ['epoch', ...result.names],
        result.values.map((value) => [value.epoch, ...value.values]),
      );
    default: {
      const { header, rows } = measureTable(result, manifest.layers);
      return numericTable(header, rows);
    }
  }
}

/** Text columns (as the first row shows) left, numbers right. */
function numericTable(header: readonly string[], rows: readonly (readonly Cell[])[]): Table {
  const alignments = header.map((_, column): Alignment =>
    rows.some((row) => typeof row[column] === 'string') ? 'left' : 'right',
  );
  return { header, rows, alignments };
}
