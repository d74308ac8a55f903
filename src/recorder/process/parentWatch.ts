/**
 * Ends a recording whose parent is gone: nobody would see it or could stop it. First as a stop would, so that
 * the run ends whole; a training thread that does not answer is ended all the same.
 */
import { sleepSynchronously } from './sleepSynchronously.js';

const EVERY_MILLISECONDS = 1000;
const GRACE_MILLISECONDS = 5000;
const CLOSING_MILLISECONDS = 500;

/** The process that started this one: the parent, or a program that it has put between, such as a shell script. */
const STARTED_BY = process.ppid;

/**
 * Looks from the writer's thread, since the training thread may compute for long without a pause. `endRuns`
 * ends the runs of a training thread that does not answer; what else there is of it ends when that settles.
 */
export function watchParent(parentProcessId: number, endRuns: () => Promise<void>): void {
  const timer = setInterval(() => {
    if (!isGone(parentProcessId)) return;
    clearInterval(timer);
    signalOwnGroup('SIGTERM');
    setTimeout(() => void endRuns().finally(() => signalOwnGroup('SIGKILL')), GRACE_MILLISECONDS).unref();
  }, EVERY_MILLISECONDS);
  timer.unref();
}

/** To this process and all that the script has started; to this process alone where it leads no group. */
export function signalOwnGroup(signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(process.platform === 'win32' ? process.pid : -process.pid, signal);
  } catch {
    process.kill(process.pid, signal);
  }
}

/** Whether the parent is gone, or goes within a moment: its pipes close a little before it. Null: nobody's child. */
export function wasParentClosing(parentProcessId: number | null): boolean {
  if (parentProcessId === null) return false;
  const giveUpAt = Date.now() + CLOSING_MILLISECONDS;
  while (!isGone(parentProcessId)) {
    if (Date.now() > giveUpAt) return false;
    sleepSynchronously(5);
  }
  return true;
}

function isGone(parentProcessId: number): boolean {
  // On Windows the id of whoever started this process stays the same when that is gone.
  if (process.platform === 'win32') return !isThere(parentProcessId);
  return process.ppid !== STARTED_BY || (STARTED_BY !== parentProcessId && !isThere(parentProcessId));
}

function isThere(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's
  }
}
