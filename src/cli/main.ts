/** The command line: `cnnslicer …`. Commands are in commands/; this puts them together and ends the process. */
import { Command, CommanderError } from 'commander';
import { AnalysisEngine } from '../analysis/engine.js';
import { Failure } from '../protocol/failure.js';
import { addAblateCommand } from './commands/ablate.js';
import { addCompareCommand } from './commands/compare.js';
import { addConfusionCommand } from './commands/confusion.js';
import { addControlCommand } from './commands/control.js';
import { addDeconvCommand } from './commands/deconv.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addLayersCommand } from './commands/layers.js';
import { addMeasureCommands } from './commands/measure.js';
import { addNetworkCommand } from './commands/network.js';
import { addQueryCommand } from './commands/query.js';
import { addRecordCommand } from './commands/record.js';
import { addReportCommand } from './commands/report.js';
import { addRunsCommands } from './commands/runs.js';
import { addSummaryCommand } from './commands/summary.js';
import { addViewCommand } from './commands/view.js';
import { createConsole, failureLines, lostOutput } from './console.js';
import { EXIT_BUG, EXIT_OK, exitCodeOf } from './exitCodes.js';
import type { Invocation } from './invocation.js';
import { join } from 'node:path';

declare const CNNSLICER_VERSION: string;

function createProgram(invocation: Invocation): Command {
  const program = new Command('cnnslicer')
    .description('Record the training of a convolutional network and analyze how information moves through it.')
    .version(CNNSLICER_VERSION)
    .exitOverride()
    .showHelpAfterError('Run with --help for the options.');
  addRecordCommand(program, invocation);
  addRunsCommands(program, invocation);
  addSummaryCommand(program, invocation);
  addLayersCommand(program, invocation);
  addQueryCommand(program, invocation);
  addNetworkCommand(program, invocation);
  addMeasureCommands(program, invocation);
  addCompareCommand(program, invocation);
  addConfusionCommand(program, invocation);
  addControlCommand(program, invocation);
  addAblateCommand(program, invocation);
  addDeconvCommand(program, invocation);
  addViewCommand(program, invocation);
  addReportCommand(program, invocation);
  addDoctorCommand(program, invocation);
  return program;
}

async function main(argv: readonly string[]): Promise<{ readonly code: number; readonly wasStopped: boolean }> {
  const console = createConsole(process.stdout, process.stderr);
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  process.once('SIGTERM', () => controller.abort());
  let engine: AnalysisEngine | undefined;
  let code = EXIT_OK;
  try {
    const invocation: Invocation = {
      console,
      workingFolder: workingFolder(),
      distFolder: __dirname,
      signal: controller.signal,
      engine: () => (engine ??= new AnalysisEngine({ workerFile: join(__dirname, 'analysisWorker.cjs') })),
    };
    await createProgram(invocation).parseAsync(argv);
  } catch (error) {
    code = reportError(error, console.message);
  } finally {
    await engine?.dispose();
  }
  return { code, wasStopped: controller.signal.aborted };
}

function workingFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    const wrong =
      cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? 'it was deleted' : String(cause);
    const tryThis = 'Change to an existing folder and try again.';
    throw new Failure({ kind: 'bad-input', doing: 'reading the working folder', wrong, tryThis }, { cause });
  }
}

function reportError(error: unknown, message: (line: string) => void): number {
  if (error instanceof Failure) {
    if (error.kind === 'cancelled') message(`stopped: ${error.doing}`);
    else for (const line of failureLines(error)) message(line);
    return exitCodeOf(error.kind);
  }
  // Commander has printed its own words already; asking for help is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : exitCodeOf('bad-input');
  message('This is an error in CNNSlicer, not in your script:');
  for (const line of (error instanceof Error ? (error.stack ?? error.message) : String(error)).split('\n'))
    message(line);
  return EXIT_BUG;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(lostOutput(error, (line) => process.stderr.write(`${line}\n`)));
});

/** Messages that cannot be written – a reader that has left, a full disk, a terminal that is gone – stop nothing. */
process.stderr.on('error', () => undefined);

/** How long a person who has pressed Ctrl-C waits for a reader of the output that takes nothing. */
const FLUSH_MILLISECONDS = 1000;

void main(process.argv).then(({ code, wasStopped }) => {
  process.exitCode = code;
  // What is still unread keeps the process until it is read.
  if (wasStopped) setTimeout(() => process.exit(code), FLUSH_MILLISECONDS).unref();
});
