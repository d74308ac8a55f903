/** `cnnslicer report RUN -o FILE.html`: the views of a run and their answers in one page that needs nothing else. */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { viewerHandlers } from '../../analysis/viewerHandlers.js';
import { bytesText } from '../../protocol/bytesText.js';
import { Failure } from '../../protocol/failure.js';
import { openRun } from '../../store/reading/openRun.js';
import { contextOf, type Invocation } from '../invocation.js';
import { countOption } from '../optionParsers.js';
import { collectAnswers } from '../report/collectAnswers.js';
import { packAnswers, reportPage } from '../report/reportPage.js';
import { defaultRunsFolder, findRunFolder } from '../runArgument.js';

interface ReportOptions {
  readonly output: string;
  readonly limit: number;
  readonly seconds: number;
  readonly out?: string;
}

export function addReportCommand(program: Command, invocation: Invocation): void {
  program
    .command('report')
    .description('write the views of a run to a single HTML file that works offline')
    .argument('<run>', 'a run folder, a run’s id or name, or "latest"')
    .requiredOption('-o, --output <file>', 'the file to write')
    .option('--limit <MiB>', 'maximum size of the results in the file', countOption('--limit'), 16)
    .option('--seconds <seconds>', 'leave out measures that are estimated to take longer', countOption('--seconds'), 60)
    .option('--out <folder>', 'the folder that holds the runs')
    .action(async (run: string, options: ReportOptions) => {
      const folder = await findRunFolder(run, options.out ?? defaultRunsFolder(invocation.workingFolder));
      await report(invocation, folder, options);
    });
}

/** Writes the file and says how large it is and what is not in it. */
async function report(invocation: Invocation, folder: string, options: Omit<ReportOptions, 'out'>): Promise<void> {
  const { manifest } = await openRun(folder);
  const handlers = viewerHandlers(invocation.engine(), folder, { openSource: noEditor, saveFile: noEditor });
  const limits = { byteCount: options.limit * 2 ** 20, seconds: options.seconds };
  const { answers, leftOut } = await collectAnswers(handlers, contextOf(invocation, 'report'), limits);
  const bundle = join(invocation.distFolder, 'webview');
  const [script, style] = await Promise.all(
    ['report.js', 'report.css'].map((name) => readFile(join(bundle, name), 'utf8')),
  );
  const packed = packAnswers(answers);
  const page = reportPage({ title: manifest.name, script: script!, style: style!, answers: packed });
  const file = resolve(invocation.workingFolder, options.output);
  await write(file, page);
  invocation.console.result(file);
  const size = (text: string): string => bytesText(Buffer.byteLength(text));
  invocation.console.message(
    `${size(page)}, of which ${size(packed)} are ${answers.length} answers (at most ${options.limit} MiB).`,
  );
  for (const sentence of leftOut) invocation.console.message(`Not included: ${sentence}.`);
}

async function write(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page);
  } catch (error) {
    const wrong = error instanceof Error ? error.message : String(error);
    throw new Failure(
      { kind: 'environment', doing: `writing ${file}`, wrong, tryThis: 'Specify a file in a writable folder.' },
      { cause: error },
    );
  }
}

function noEditor(): Promise<never> {
  return Promise.reject(
    new Failure({
      kind: 'unsupported',
      doing: 'writing a report',
      wrong: 'a report cannot open files in an editor',
      tryThis: 'Open the run in VS Code.',
    }),
  );
}
