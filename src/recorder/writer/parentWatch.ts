/**
 * Ends a recording whose parent is gone: nobody would see it or could stop it. First as a stop would, so that
 * the run ends whole; a training thread that does not answer is ended all the same.
 */

const EVERY_MILLISECONDS = 1000;
const GRACE_MILLISECONDS = 5000;

/** Looks from the writer's thread, since the training thread may compute for long without a pause. */
export function watchParent(parentProcessId: number): void {
  const timer = setInterval(() => {
    if (process.ppid === parentProcessId || (process.platform === 'win32' && isThere(parentProcessId))) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MILLISECONDS).unref();
  }, EVERY_MILLISECONDS);
  timer.unref();
}

/** On Windows the parent's id stays the same when it is gone. */
function isThere(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}
