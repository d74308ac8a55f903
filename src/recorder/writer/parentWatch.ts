/**
 * Ends a recording whose parent is gone: nobody would see it or could stop it. First as a stop would, so that
 * the run ends whole; a training thread that does not answer is ended all the same.
 */

const EVERY_MILLISECONDS = 1000;
const GRACE_MILLISECONDS = 5000;
const CLOSING_MILLISECONDS = 500;

/** Looks from the writer's thread, since the training thread may compute for long without a pause. */
export function watchParent(parentProcessId: number): void {
  const timer = setInterval(() => {
    if (!isGone(parentProcessId)) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MILLISECONDS).unref();
  }, EVERY_MILLISECONDS);
  timer.unref();
}

/** Whether the parent is gone, or goes within a moment: its pipes close a little before it. Null: nobody's child. */
export function wasParentClosing(parentProcessId: number | null): boolean {
  if (parentProcessId === null) return false;
  const giveUpAt = Date.now() + CLOSING_MILLISECONDS;
  while (!isGone(parentProcessId)) {
    if (Date.now() > giveUpAt) return false;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
  return true;
}

function isGone(parentProcessId: number): boolean {
  return process.platform === 'win32' ? !isThere(parentProcessId) : process.ppid !== parentProcessId;
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
