/** `cnnslicer summary RUN`: what went well, what is wrong and where, worst first. */
import type { Command } from 'commander';
import type { Layer, RunManifest } from '../../protocol/run.js';
import type { Finding, Summary } from '../../protocol/summary.js';
import { openRun } from '../../store/reading/openRun.js';
import { bitsText, tableLines, type Console } from '../console.js';
import { contextOf, type Invocation } from '../invocation.js';
import { defaultRunsFolder, findRunFolder } from '../runArgument.js';
import { sourceText } from './runs.js';

interface SummaryOptions {
  readonly recorded?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

export function addSummaryCommand(program: Command, invocation: Invocation): void {
  program
    .command('summary')
    .description('summarize a run: what was learned, what is wrong and where')
    .argument('<run>', 'a run folder, a run’s id or name, or "latest"')
    .option('--recorded', 'look at recorded statistics only, and compute nothing')
    .option('--out <folder>', 'the folder that holds the runs')
    .option('--json', 'print JSON')
    .action(async (run: string, options: SummaryOptions) => {
      const folder = await findRunFolder(run, options.out ?? defaultRunsFolder(invocation.workingFolder));
      const { manifest } = await openRun(folder);
      const depth = options.recorded ? 'recorded' : 'computed';
      const context = contextOf(invocation, 'summary');
      const summary = await invocation.engine().about('summary', folder, { depth }, context);
      if (options.json) invocation.console.json(summary);
      else printSummary(invocation.console, summary, manifest);
    });
}

function printSummary(console: Console, summary: Summary, manifest: RunManifest): void {
  const { verdict, problem, lines, findings, heldBack, checked, unchecked, notes } = summary;
  const said = [`${verdict}. ${problem ?? 'No problem was found'}.`, ...lines];
  for (const line of said) console.result(line);
  for (const [place, finding] of findings.entries()) printFinding(console, place + 1, finding, manifest);
  if (heldBack.length > 0) {
    console.result('');
    console.result(`Not reported until the network has learned: ${heldBack.join(', ')}.`);
  }
  if (checked.length > 0) {
    console.result('');
    console.result('Checked, nothing found');
    const rows = checked.map(({ title, value }) => [`  ${title}`, value]);
    for (const line of tableLines(['', ''], rows, ['left', 'left']).slice(1)) console.result(line);
  }
  for (const { rule, reason } of unchecked) console.result(`  Not checked: ${rule} (${reason})`);
  console.result('');
  for (const line of layerLines(summary, manifest)) console.result(line);
  for (const note of notes) console.result(note);
}

function printFinding(console: Console, place: number, finding: Finding, { layers }: RunManifest): void {
  console.result('');
  console.result(`${place}. ${finding.title} (${finding.certainty})`);
  console.result(`   ${finding.text}`);
  for (const { layer, text } of finding.layers) console.result(`   ${text}${lineOf(layers[layer])}`);
  console.result(`   Rule "${finding.rule}", ${finding.basis}.`);
}

/** " train.js:12" */
function lineOf(layer: Layer | undefined): string {
  return layer?.source ? ` ${layer.source.file}:${layer.source.line}` : '';
}

function layerLines({ rows }: Summary, { layers }: RunManifest): string[] {
  const cells = rows.map(({ layer: index, entropy, dead, needed }) => {
    const layer = layers[index]!;
    const bits = (at: number): string => bitsText(entropy.at(at)?.bits ?? null);
    const count = layer.kind === 'input' ? '' : `${dead} of ${layer.channelCount}`;
    return [layer.name, bits(0), bits(-1), count, needed === null ? '' : String(needed), sourceText(layer)];
  });
  const header = ['layer', 'map entropy at first', 'at last', 'dead', 'needed', 'source'];
  return tableLines(header, cells, ['left', 'right', 'right', 'right', 'right', 'left']);
}
