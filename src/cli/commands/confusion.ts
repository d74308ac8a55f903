/** `cnnslicer confusion RUN A B`: why two classes are confused. */
import type { Command } from 'commander';
import type { ConfusionResult, SwitchedOff } from '../../protocol/confusion.js';
import {
  confusionMethods,
  conclusionSentences,
  layerSentences,
  mistakeSentence,
  type ConfusionNames,
} from '../../protocol/confusionWords.js';
import { Failure } from '../../protocol/failure.js';
import type { RunManifest } from '../../protocol/run.js';
import { openRun } from '../../store/reading/openRun.js';
import { tableLines, type Console } from '../console.js';
import { contextOf, type Invocation } from '../invocation.js';
import { countOption } from '../optionParsers.js';
import { defaultRunsFolder, findRunFolder } from '../runArgument.js';

interface ConfusionOptions {
  readonly epoch?: number;
  readonly out?: string;
  readonly json?: boolean;
}

export function addConfusionCommand(program: Command, invocation: Invocation): void {
  program
    .command('confusion')
    .description('show why two classes are confused: layer by layer, channel by channel')
    .argument('<run>', 'a run folder, a run’s id or name, or "latest"')
    .argument('<a>', 'name or number of a class')
    .argument('<b>', 'name or number of another class')
    .option('--epoch <t>', 'instead of the last complete epoch', countOption('--epoch', 0))
    .option('--out <folder>', 'the folder that holds the runs')
    .option('--json', 'print JSON')
    .action((run: string, a: string, b: string, options: ConfusionOptions) =>
      runConfusion(invocation, run, [a, b], options),
    );
}

async function runConfusion(
  invocation: Invocation,
  run: string,
  classes: readonly [string, string],
  { epoch, out, json }: ConfusionOptions,
): Promise<void> {
  const folder = await findRunFolder(run, out ?? defaultRunsFolder(invocation.workingFolder));
  const { manifest } = await openRun(folder);
  const [a, b] = [classNamed(manifest, classes[0]), classNamed(manifest, classes[1])];
  if (a === b) throw unknownClass(`${classes[0]} and ${classes[1]} are the same class`);
  const asked = { a, b, epoch: epoch ?? null };
  const result = await invocation.engine().about('confusion', folder, asked, contextOf(invocation, 'confusion'));
  const layers = result.layers.map((one) => ({ ...one, source: manifest.layers[one.layer].source }));
  // Pictures are no JSON.
  if (json) invocation.console.json({ ...result, layers, means: undefined });
  else printConfusion(invocation.console, result, manifest);
}

/** A name goes before a number. */
function classNamed({ classNames }: RunManifest, text: string): number {
  const named = classNames.indexOf(text);
  if (named >= 0) return named;
  const index = /^\d+$/.test(text) ? Number(text) : NaN;
  if (index < classNames.length) return index;
  throw unknownClass(`${text} is not one of ${classNames.join(', ') || 'its classes: it has none'}`);
}

function unknownClass(wrong: string): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: 'finding out why two classes are confused',
    wrong,
    tryThis: 'Specify two different classes of the run.',
  });
}

function printConfusion(console: Console, result: ConfusionResult, { layers, classNames }: RunManifest): void {
  const names: ConfusionNames = { classNames, layer: (index) => layers[index].name };
  const { lookedAt, channels } = result;
  const source = lookedAt === null ? null : layers[lookedAt].source;
  const say = (lines: readonly string[]): void => lines.forEach((line) => console.result(line));
  say([`Epoch ${result.epoch}: ${mistakeSentence(result, names)}`, ...layerSentences(result, names)]);
  if (result.layers.length > 0) say(['', ...layerTable(result)]);
  if (lookedAt !== null && channels) {
    const at = source ? ` (${source.file}:${source.line})` : '';
    say([
      '',
      `${layers[lookedAt].name}${at}: ${channels.beyond} of ${channels.tested} channels are beyond chance, |r| > ${channels.threshold.toFixed(2)}`,
    ]);
    if (channels.list.length > 0) say(channelTable(result, classNames));
  } else if (result.layers.length > 0 && result.whyNoChannels) say(['', `Channels: ${result.whyNoChannels}`]);
  if (result.whyNoAblation && channels?.list.length) say([`Without channels: ${result.whyNoAblation}`]);
  const conclusion = conclusionSentences(result, names);
  if (conclusion.length > 0) say(['', ...conclusion]);
  say(['', ...confusionMethods(result)]);
}

function layerTable({ layers, largestByChance }: ConfusionResult): string[] {
  const percent = (share: number | null): string => (share === null ? '–' : (100 * share).toFixed(1));
  const bits = (value: number | null): string => (value === null ? '–' : value.toFixed(2));
  const rows = layers.map((one) => [
    one.name,
    one.accuracy === null
      ? (one.reason ?? '–')
      : `${percent(one.accuracy)} (${percent(one.low)} to ${percent(one.high)})`,
    one.difference === null ? '–' : `${signed(100 * one.difference)} ± ${percent(one.halfWidth)}`,
    one.chance ? `${percent(one.chance.low)} to ${percent(one.chance.high)}` : '–',
    percent(one.before),
    one.bitsHalfWidth === null ? bits(one.bits) : `${bits(one.bits)} ± ${bits(one.bitsHalfWidth)}`,
    bits(one.bitsChance),
    bits(one.bitsBefore),
  ]);
  const header = ['layer', 'neighbours %', 'over input', 'by chance', 'epoch 0', 'I(T;Y) bits', 'by chance', 'epoch 0'];
  const lines = tableLines(
    header,
    rows,
    header.map((_, i) => (i === 0 ? 'left' : 'right')),
  );
  const largest =
    largestByChance === null
      ? ''
      : `; by chance, the largest of all layers is at most ${percent(largestByChance)} % in 95 % of the permutations`;
  return [...lines, `N = ${layers[0].n} probes${largest}`];
}

function channelTable({ a, b, channels, ablation }: ConfusionResult, classNames: readonly string[]): string[] {
  const number = (value: number | null): string => (value === null ? '–' : value.toPrecision(3));
  const ofRow = (row: SwitchedOff | undefined): string[] =>
    row
      ? [
          String(row.aAsB),
          String(row.bAsA),
          `${signed(row.mistakes.change, 0)} ± ${row.mistakes.halfWidth?.toFixed(1) ?? '–'}`,
          String(row.othersRight),
        ]
      : ['–', '–', '–', '–'];
  const rows = (channels?.list ?? []).map(({ channel, r, responses }, i) => [
    ...[String(channel), signed(r, 2), number(responses.aRight), number(responses.aAsB), number(responses.bAsA)],
    ...[number(responses.bRight), ...ofRow(ablation?.rows[i])],
  ]);
  const all = ablation?.rows[channels?.list.length ?? 0];
  const none = ['', '', '', '', ''];
  const [A, B] = [classNames[a], classNames[b]];
  const header = [
    'channel',
    'r',
    `mean: ${A} right`,
    `${A} as ${B}`,
    `${B} as ${A}`,
    `${B} right`,
    `off: ${A} as ${B}`,
    `${B} as ${A}`,
    'both, 95 %',
    'others right',
  ];
  const whole = ablation
    ? [
        [
          'all on',
          ...none,
          String(ablation.whole.aAsB),
          String(ablation.whole.bAsA),
          '',
          String(ablation.whole.othersRight),
        ],
      ]
    : [];
  const together = all ? [['all of these', ...none, ...ofRow(all)]] : [];
  return tableLines(
    header,
    [...whole, ...rows, ...together],
    header.map((_, i) => (i === 0 ? 'left' : 'right')),
  );
}

function signed(value: number, digits = 1): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(digits)}`;
}
