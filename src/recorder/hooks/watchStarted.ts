/**
 * Notices threads and other processes of Node.js that the script starts: what is trained there cannot be seen
 * here, but it can be said where it may be.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { ChildProcess } from 'node:child_process';
import { basename } from 'node:path';

/** Returns a function that names the first such: "a worker thread", "node train.js"; null when there was none. */
export function watchStarted(): () => string | null {
  let hasThread = false;
  const processes: ChildProcess[] = [];
  // By then the engine and the recorder have started threads of their own, and the script has not begun.
  setImmediate(() => process.on('worker', () => (hasThread = true)));
  // A process is told of before it has its arguments: they are read at the end.
  subscribe('child_process', (message) => {
    if (processes.length < MOST_PROCESSES) processes.push((message as { readonly process: ChildProcess }).process);
  });
  return () => (hasThread ? 'a worker thread' : (processes.map(commandOf).find((command) => command !== null) ?? null));
}

const MOST_PROCESSES = 100;
const PROGRAMS = /^(node|npm|npx|tsx|ts-node|yarn|pnpm)(\.exe|\.cmd)?$/;

/** What a process of Node.js was started with; null for another program. */
function commandOf({ spawnargs = [] }: ChildProcess): string | null {
  const [program = '', ...rest] = spawnargs;
  const name = basename(program);
  return PROGRAMS.test(name) ? `"${[name, ...rest].join(' ').slice(0, 200)}"` : null;
}
