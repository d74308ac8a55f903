/** `cnnslicer query RUN 'dCNN(…)'`: a measure of a slice of one run, as a table, JSON or CSV. */
import { Option, type Command } from 'commander';
import {
  INFORMATION_ESTIMATORS,
  MEASURES,
  NEIGHBOUR_SEARCHES,
  type MeasureName,
  type MeasureOptions,
} from '../../protocol/measure.js';
import { notLearnedWords } from '../../protocol/notLearned.js';
import { openRun } from '../../store/openRun.js';
import { csvLines, tableLines } from '../console.js';
import { contextOf, type Invocation } from '../invocation.js';
import { countOption, numberOption } from '../optionParsers.js';
import { defaultRunsFolder, findRunFolder } from '../runArgument.js';
import { checkTaken } from './queryOptions.js';
import { cellText, provenanceText, tableOf, withEstimator } from './queryTable.js';

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
    .option('--k <count>', 'inter: neighbours (default 15)', countOption('--k'))
    .option(
      '--bins <count>',
      'intra, slice, distance-mi, layer-mi, redundancy: bins (default 32; 30 for layer-mi)',
      countOption('--bins'),
    )
    .addOption(new Option('--range <range>', 'intra: range of the bins (default map)').choices(['map', 'channel']))
    .addOption(
      new Option('--neighbours <search>', 'inter: exact (default), or at least 99 % of them').choices([
        ...NEIGHBOUR_SEARCHES,
      ]),
    )
    .option('--noise', 'inter: add the entropy of noise of equal N and D')
    .option('--interval', 'inter, distance-mi, layer-mi, cka: add 95 % jackknife intervals')
    .addOption(
      new Option(
        '--of <sides>',
        'distance-mi: matrix of channels, or of layers (default where the query selects more than two)',
      ).choices(['channels', 'layers']),
    )
    .option('--other <layer>', 'distance-mi: the layer whose channels are the columns')
    .option(
      '--permutations <count>',
      'distance-mi, layer-mi, redundancy: permutations for the null',
      countOption('--permutations', 0),
    )
    .option(
      '--null-pairs <count>',
      'distance-mi: pairs that the null rests on (default 32768)',
      countOption('--null-pairs'),
    )
    .option('--seed <seed>', 'seed of the permutations (default 1)', countOption('--seed', 0))
    .option('--sensitivity', 'distance-mi: add the table of bins × N (JSON)')
    .addOption(
      new Option('--estimator <name>', 'layer-mi: how it is estimated (default binned)').choices([
        ...INFORMATION_ESTIMATORS,
      ]),
    )
    .option('--units', 'layer-mi: each channel by itself')
    .option(
      '--noise-share <share>',
      'layer-mi, kde: noise variance ÷ total variance (default 0.05)',
      share('--noise-share', 1e9),
    )
    .addOption(
      new Option(
        '--between <items>',
        'cka: between layers (default where the query selects several) or epochs',
      ).choices(['layers', 'epochs']),
    )
    .option('--correlation <r>', 'redundancy: |r| of a redundant pair (default 0.95)', share('--correlation', 1))
    .option('--trace-share <share>', 'redundancy: share of the trace (default 0.99)', share('--trace-share', 1))
    .option('--out <folder>', 'the folder that holds the runs')
    .option('--json', 'print JSON')
    .addOption(new Option('--csv', 'print CSV').conflicts('json'))
    .addHelpText('after', AXES)
    .action((run: string, query: string, options: QueryOptions) => runQuery(invocation, run, query, options));
}

async function runQuery(invocation: Invocation, run: string, query: string, given: QueryOptions): Promise<void> {
  const { measure, out, json, csv, ...options } = given;
  checkTaken(measure, options);
  const folder = await findRunFolder(run, out ?? defaultRunsFolder(invocation.workingFolder));
  const reader = await openRun(folder);
  const { manifest } = reader;
  const request = { query, measure, options };
  const result = await invocation.engine().measure(folder, request, contextOf(invocation, measure));
  if (json) return invocation.console.json(result);
  const table = tableOf(result, manifest);
  const lines = csv
    ? csvLines(...withEstimator(table, result.provenance.estimator))
    : tableLines(table.header, table.rows.map((row) => row.map(cellText)), table.alignments); // prettier-ignore
  for (const line of lines) invocation.console.result(line);
  invocation.console.message(provenanceText(result));
  if (measure !== 'redundancy') return;
  const { notLearned } = (await reader.describe()).summary;
  if (notLearned) invocation.console.message(`${notLearnedWords(notLearned, manifest.classNames)} Recommended counts are no advice until it has.`); // prettier-ignore
}

const AXES = `
Queries: dCNN(X, L, C, T), ranges are inclusive
  X inputs    -   5   {0..99}   x.label = 3   x.label != y   y = {3, 5}   x.split = train   joined with "and"
  L layers    -   conv2d_1   3   {1..3}   kind:conv   'a name in quotes'
  C channels  -   7   {0..7, 12}
  T epochs    -   0   {0..10}   last`;

const LEAST_SHARE = 1e-9;

function share(name: string, most: number): (text: string) => number {
  return numberOption(name, LEAST_SHARE, most);
}
