/** `cnnslicer query RUN 'dCNN(…)'`: a measure of a slice of one run, as a table, JSON or CSV. */
import { Option, type Command } from 'commander';
import { checkTaken, MEASURES, type MeasureName, type MeasureOptions } from '../../protocol/measure.js';
import { notLearnedWords } from '../../protocol/notLearned.js';
import { openRun } from '../../store/reading/openRun.js';
import { csvLines, tableLines } from '../console.js';
import { contextOf, type Invocation } from '../invocation.js';
import { defaultRunsFolder, findRunFolder } from '../runArgument.js';
import { queryFlags } from './queryOptions.js';
import { cellText, provenanceText, tableOf, withEstimator } from './queryTable.js';

interface QueryOptions extends MeasureOptions {
  readonly measure: MeasureName;
  readonly out?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

export function addQueryCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('query')
    .description(
      'compute a measure of a slice, for example: cnnslicer query latest "dCNN(x.label = 3, conv2d_1, {0..7}, -)"',
    )
    .argument('<run>', 'a run folder, a run’s id or name, or "latest"')
    .argument('<query>', 'dCNN(X, L, C, T); "-" takes all of an axis')
    .addOption(new Option('--measure <name>', 'what to compute').choices([...MEASURES]).default('inter'));
  for (const flag of queryFlags()) command.addOption(flag);
  command
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
    : tableLines(
        table.header,
        table.rows.map((row) => row.map(cellText)),
        table.alignments,
      );
  for (const line of lines) invocation.console.result(line);
  invocation.console.message(provenanceText(result));
  if (measure !== 'redundancy') return;
  const { notLearned } = (await reader.describe()).summary;
  if (notLearned)
    invocation.console.message(
      `${notLearnedWords(notLearned, manifest.classNames)} Do not use the recommended counts until it has learned.`,
    );
}

const AXES = `
Queries: dCNN(X, L, C, T), ranges are inclusive
  X inputs    -   5   {0..99}   x.label = 3   x.label != y   y = {3, 5}   x.split = train   joined with "and"
  L layers    -   conv2d_1   3   {1..3}   kind:conv   'a name in quotes'
  C channels  -   7   {0..7, 12}
  T epochs    -   0   {0..10}   last`;
