/** Runs a program to its end: its words are kept for the failure, and a signal ends it with all that it started. */
import { spawn } from 'node:child_process';
import { cancelled } from '../../protocol/failure.js';
import { GROUP_OPTIONS, signalGroup } from '../../launch/processGroup.js';

export interface ToolCall {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
}

/** How a program ended other than well: what it said last, or that it is not there. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  constructor(
    readonly program: string,
    /** Of everything that was printed, the end. */
    readonly output: string,
    readonly missing: boolean,
  ) {
    super(missing ? `${program} was not found` : lastWords(output) || `${program} ended without a reason`);
  }
}

const TAIL_LENGTH = 8192;

/** Resolves to standard output. Throws a `ToolError`, or a cancelled Failure ("<doing>: it was cancelled"). */
export function runTool(call: ToolCall, doing: string, signal: AbortSignal): Promise<string> {
  if (signal.aborted) return Promise.reject(cancelled(doing));
  return new Promise((resolve, reject) => {
    const child = spawn(call.program, call.args, {
      ...GROUP_OPTIONS,
      cwd: call.cwd,
      env: call.environment ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, tail] = ['', ''];
    const keep = (chunk: Buffer): void => void (tail = (tail + chunk.toString()).slice(-TAIL_LENGTH));
    child.stdout.on('data', (chunk: Buffer) => ((stdout += chunk.toString()), keep(chunk)));
    child.stderr.on('data', keep);
    const stop = (): void => void signalGroup(child, 'SIGTERM');
    signal.addEventListener('abort', stop);
    child.once('error', (cause: NodeJS.ErrnoException) =>
      reject(new ToolError(call.program, cause.message, cause.code === 'ENOENT')),
    );
    child.once('close', (code) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(cancelled(doing));
      else if (code === 0) resolve(stdout);
      else reject(new ToolError(call.program, tail, false));
    });
  });
}

/** The line that says what is wrong: one that begins with "error", else the last. */
function lastWords(output: string): string {
  const lines = output.split('\n').flatMap((line) => line.trim() || []);
  const errors = lines.filter((line) => /^(npm )?(error|gyp ERR! stack|fatal)\b/i.test(line));
  return (errors[0] ?? lines.at(-1) ?? '').slice(0, 400).replace(/\.$/, '');
}
