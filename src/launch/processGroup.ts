/** A process and all that it has started, ended together. */
import { spawn, type ChildProcess } from 'node:child_process';

/** Options of `spawn` that make `signalGroup` reach the children's children. */
export const GROUP_OPTIONS = { detached: process.platform !== 'win32', windowsHide: true } as const;

/** Sends a signal to the whole group; true when there was somebody to get it. On Windows every signal ends it. */
export function signalGroup(child: ChildProcess, signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): boolean {
  if (child.pid === undefined) return false;
  if (process.platform === 'win32') {
    const force = signal === 'SIGKILL' ? ['/F'] : [];
    spawn('taskkill', ['/PID', String(child.pid), '/T', ...force], { stdio: 'ignore', windowsHide: true }).on(
      'error',
      () => child.kill(signal),
    );
    return true;
  }
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false; // the group is gone
  }
}
