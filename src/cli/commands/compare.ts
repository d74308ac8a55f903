/** `cnnslicer compare RUN_A [RUN_B]`: two runs, two epochs of one, or a run and the same script at another commit. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { basename, dirname, join } from 'node:path';
import { compareCandidates } from '../../analysis/coordinator/requests/runsBeside.js';
import { accuracyName, accuracyWithInterval } from '../../protocol/accuracy.js';
import {
  COMPARE_ORDERS,
  OTHER_START_WORDS,
  type AccuracyChange,
  type Change,
  type ComparedLayer,
  type CompareOrder,
} from '../../protocol/compare.js';
import type { ComparedState, Comparison } from '../../protocol/compare.js';
import { sortedByChange } from '../../protocol/compareOrder.js';
import { Failure } from '../../protocol/failure.js';
import { tableLines, type Console } from '../console.js';
import { contextOf, type Invocation } from '../invocation.js';
import { defaultRunsFolder, findRunFolder } from '../runArgument.js';

interface CompareOptions {
  readonly epochs?: readonly [number, number];
  readonly git?: string;
  readonly sort: CompareOrder;
  readonly out?: string;
  readonly json?: boolean;
}

export function addCompareCommand(program: Command, invocation: Invocation): void {
  program
    .command('compare')
    .description('show what changed between two runs, epochs or commits, layer by layer')
    .argument('<runA>', 'a run folder, a run’s id or name, or "latest"')
    .argument('[runB]', 'run to compare with; omit it with --git or for two epochs of one run')
    .option('--epochs <a,b>', 'instead of the last complete epochs', epochsOption)
    .option('--git <commit>', 'compare with the newest run of the same script at this commit or branch')
    .addOption(new Option('--sort <by>', 'largest change first').choices([...COMPARE_ORDERS]).default('inter'))
    .option('--out <folder>', 'the folder that holds the runs')
    .option('--json', 'print JSON')
    .action((runA: string, runB: string | undefined, options: CompareOptions) =>
      runCompare(invocation, runA, runB, options),
    );
}

function epochsOption(text: string): readonly [number, number] {
  if (!/^\d+,\d+$/.test(text)) throw new InvalidArgumentError('--epochs requires two epochs: 3,12.');
  const [a, b] = text.split(',').map(Number);
  return [a, b];
}

async function runCompare(
  invocation: Invocation,
  runA: string,
  runB: string | undefined,
  options: CompareOptions,
): Promise<void> {
  const runsFolder = options.out ?? defaultRunsFolder(invocation.workingFolder);
  const first = await findRunFolder(runA, runsFolder);
  const second =
    runB !== undefined
      ? await findRunFolder(runB, runsFolder)
      : options.git !== undefined
        ? await runAtCommit(first, options.git)
        : first;
  if (first === second && !options.epochs) throw nothingToCompare();
  const [a, b] = options.epochs ?? [null, null];
  const context = contextOf(invocation, 'compare');
  const comparison = await invocation
    .engine()
    .compare({ folder: first, epoch: a }, { folder: second, epoch: b }, context);
  if (options.json) invocation.console.json(comparison);
  else printComparison(invocation.console, comparison, options.sort);
}

/** The newest other run of the same script whose commit begins with the text, or whose branch is named so. */
async function runAtCommit(folder: string, commit: string): Promise<string> {
  const candidates = await compareCandidates(folder);
  const own = candidates.find((one) => one.own);
  const found = candidates.find(
    ({ git, script, own: isOwn }) =>
      !isOwn && script === own?.script && git !== null && (git.commit.startsWith(commit) || git.branch === commit),
  );
  if (found) return join(dirname(folder), found.id);
  const known = candidates.flatMap(({ git, own: isOwn }) => (git && !isOwn ? [gitWords(git)] : []));
  throw new Failure({
    kind: 'not-found',
    doing: `looking for a run of ${own?.script ?? basename(folder)} at ${commit}`,
    wrong: known.length === 0 ? 'no other run has a commit' : `runs were recorded at ${[...new Set(known)].join(', ')}`,
    tryThis: `Check it out beside this one and record there: git worktree add ../at-${commit} ${commit}.`,
  });
}

function nothingToCompare(): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: 'comparing a run',
    wrong: 'only one state is named',
    tryThis: 'Name a second run, two epochs (--epochs 1,5), or a commit (--git).',
  });
}

function printComparison(console: Console, comparison: Comparison, order: CompareOrder): void {
  const { from, to, accuracy, estimators } = comparison;
  console.result(`A  ${stateWords(from)}`);
  console.result(`B  ${stateWords(to)}`);
  console.result('');
  const header = ['layer', 'diversity A', 'B', 'B - A', 'map entropy A', 'B', 'B - A', 'dead A', 'B', 'changed'];
  const rows = sortedByChange(comparison.layers, order).map(row);
  const right = header.map((_, i) => (i === 0 || i === header.length - 1 ? 'left' : 'right'));
  for (const line of tableLines(header, rows, right as ('left' | 'right')[])) console.result(line);
  console.result('');
  if (accuracy) for (const line of accuracyLines(accuracy)) console.result(line);
  if (comparison.otherStart) console.result(OTHER_START_WORDS);
  for (const line of Object.values(estimators)) console.result(line);
}

function stateWords({ name, id, epoch, git, probeCount }: ComparedState): string {
  const at = git ? `, ${gitWords(git)}` : '';
  return `${name} (${id}), epoch ${epoch}, ${probeCount} probes${at}`;
}

function gitWords({ commit, branch, dirty }: NonNullable<ComparedState['git']>): string {
  return `${commit.slice(0, 8)}${branch === null ? '' : ` (${branch})`}${dirty ? ' with changes' : ''}`;
}

function row({ from, to, inter, intra, dead, changedArguments }: ComparedLayer): string[] {
  const place = to ?? from;
  const renamed = from && to && from.name !== to.name ? ` (was ${from.name})` : '';
  const changed = !from ? 'only in B' : !to ? 'only in A' : changedArguments.join(', ');
  return [
    `${place?.name ?? ''}${renamed}`,
    ...changeCells(inter),
    ...changeCells(intra),
    dead.from === null ? '–' : String(dead.from),
    dead.to === null ? '–' : String(dead.to),
    changed,
  ];
}

function changeCells(change: Change | null): string[] {
  const number = (value: number | null): string => (value === null ? '–' : value.toFixed(2));
  if (!change) return ['–', '–', '–'];
  return [number(change.from), number(change.to), differenceText(change, 2)];
}

function differenceText({ difference, halfWidth }: Change, digits: number, factor = 1): string {
  if (difference === null) return '–';
  const signed = `${difference < 0 ? '−' : '+'}${Math.abs(factor * difference).toFixed(digits)}`;
  return halfWidth === null ? signed : `${signed} ± ${(factor * halfWidth).toFixed(digits)}`;
}

/** "held-out accuracy 93.4 % → 95.0 %: +1.6 ± 2.0 points", then both sides with their intervals. */
function accuracyLines(accuracy: AccuracyChange): string[] {
  const percent = (value: number | null): string => (value === null ? '–' : `${(100 * value).toFixed(1)} %`);
  const { from, to } = accuracy.judged;
  return [
    `${accuracyName(to.heldOut)} ${percent(accuracy.from)} → ${percent(accuracy.to)}: ${differenceText(accuracy, 1, 100)} points, N = ${accuracy.n} probes`,
    `A  ${accuracyWithInterval(from)}`,
    `B  ${accuracyWithInterval(to)}`,
  ];
}
