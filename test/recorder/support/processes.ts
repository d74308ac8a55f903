/** Whether processes that a test has started, or that these have started, are still there. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
  } catch {
    return false;
  }
  return !/^\d+ \(.*\) [ZX]/.test(statusOf(processId));
}

function statusOf(processId: number): string {
  try {
    return readFileSync(`/proc/${processId}/stat`, 'utf8');
  } catch {
    return '';
  }
}

export async function untilGone(processId: number, seconds: number): Promise<boolean> {
  for (let i = 0; i < seconds * 20; i++) {
    if (!isAlive(processId)) return true;
    await sleep(50);
  }
  return false;
}
