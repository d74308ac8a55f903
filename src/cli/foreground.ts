/** Whether this process may read its terminal: the system suspends a job in the background that tries. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Calls `begin` when this process is in the foreground of its terminal, and what that returned when it is no
 * longer; looks again when the shell continues the job (`fg`, `bg`). The function that is returned ends it.
 */
export function whileInForeground(begin: () => () => void): () => void {
  let end: (() => void) | null = null;
  const look = (): void => {
    if (isInForeground()) return void (end ??= begin());
    end?.();
    end = null;
  };
  look();
  process.on('SIGCONT', look);
  return () => {
    process.removeListener('SIGCONT', look);
    end?.();
  };
}

function isInForeground(): boolean {
  if (process.platform === 'win32') return true; // there are no jobs
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'stat=', '-p', String(process.pid)], { encoding: 'utf8' }).includes('+');
    // Behind the command in parentheses, which may hold spaces: state, parent, group, session, terminal, its foreground.
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === foreground;
  } catch {
    return false; // then only signals pause: better than a job that is suspended
  }
}
