/** The programs of others that building the native engine needs, each missed with how to get it. */
import { Failure } from '../../protocol/failure.js';
import { runTool, ToolError } from './runTool.js';

const DOING = 'looking for the tools that build the native engine';

/** The first Python that has pip, as a program's name. */
export async function findPython(environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const named = environment['CNNSLICER_PYTHON'];
  for (const program of [...(named ? [named] : []), 'python3', 'python']) {
    if (await answers(program, ['-m', 'pip', '--version'], environment, signal)) return program;
  }
  throw missing(
    'no Python with pip was found',
    'Install them (Debian: apt-get install python3-pip), and run the command again',
  );
}

export async function requireNpm(environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  if (await answers('npm', ['--version'], environment, signal)) return;
  throw missing('npm was not found', 'Install Node.js with npm, and run the command again');
}

export async function requireCompiler(environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const compilers = [environment['CXX'], 'g++', 'clang++', 'c++'].flatMap((program) => program || []);
  const found = await Promise.all(compilers.map((program) => answers(program, ['--version'], environment, signal)));
  const hasMake = await answers('make', ['--version'], environment, signal);
  if (found.includes(true) && hasMake) return;
  throw missing(
    `${hasMake ? 'no C++ compiler' : 'no make'} was found`,
    'Install them (Debian: apt-get install build-essential), and run the command again',
  );
}

/** Whether a program is there and takes these arguments. */
async function answers(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await runTool({ program, args, environment }, DOING, signal);
    return true;
  } catch (cause) {
    if (cause instanceof ToolError) return false;
    throw cause;
  }
}

function missing(wrong: string, tryThis: string): Failure {
  return new Failure({ kind: 'environment', doing: DOING, wrong, tryThis });
}
