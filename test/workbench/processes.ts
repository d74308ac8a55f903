/**
 * Finds the processes that a test started, however deep and whatever group they moved to: each inherits
 * an environment variable that no other process has. Linux only, as /proc is.
 */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A variable that is put into the environment of the first process. */
export interface Mark {
  readonly name: string;
  readonly value: string;
}

export function markOf(value: string): Mark {
  return { name: 'CNNSLICER_TEST_MARK', value };
}

/** Kills what still carries the mark once it had a moment to end by itself; resolves to their commands. */
export async function killMarked(mark: Mark, graceSeconds = 2): Promise<string[]> {
  for (const deadline = Date.now() + graceSeconds * 1000; Date.now() < deadline; await sleep(100)) {
    if ((await markedProcesses(mark)).length === 0) return [];
  }
  const left = await markedProcesses(mark);
  for (const { pid } of left) kill(pid);
  return left.map(({ command }) => command);
}

/** Processes that carry the mark now. */
export async function markedProcesses({ name, value }: Mark): Promise<{ pid: number; command: string }[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const described = await Promise.all(
    pids.map(async (pid) => ({
      pid,
      marked: (await readProc(pid, 'environ')).split('\0').includes(`${name}=${value}`),
      command: (await readProc(pid, 'cmdline')).split('\0').join(' ').trim(),
    })),
  );
  return described.filter(({ marked }) => marked);
}

/** Empty for a process that ended meanwhile, or belongs to somebody else. */
async function readProc(pid: number, file: string): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself between being listed and being killed.
  }
}
