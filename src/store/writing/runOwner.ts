/**
 * Who records a run, and whether they still live: a process id together with the moment the process
 * began, since ids are used again.
 */
import { promises as fs } from 'node:fs';
import { hostname } from 'node:os';
import { errorCode } from '../safety/fileSystem.js';
import type { OwnerRecord } from '../format/records.js';

export async function thisOwner(): Promise<OwnerRecord> {
  return {
    record: 'owner',
    version: 1,
    processId: process.pid,
    processStart: await processStart(process.pid),
    host: hostname(),
  };
}

/** `elsewhere`: recorded on another machine, where nobody can look from here. */
export async function ownerState(owner: OwnerRecord): Promise<'alive' | 'dead' | 'elsewhere'> {
  if (owner.host !== hostname()) return 'elsewhere';
  if (owner.processStart === null) return answersSignals(owner.processId) ? 'alive' : 'dead';
  return (await processStart(owner.processId)) === owner.processStart ? 'alive' : 'dead';
}

/** "<ticks since boot>@<boot id>" of a living process; null where /proc does not say, or it has ended. */
async function processStart(processId: number): Promise<string | null> {
  try {
    const [stat, boot] = await Promise.all([
      fs.readFile(`/proc/${processId}/stat`, 'utf8'),
      fs.readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The second field is the command in parentheses and may hold spaces; state is third, start 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const hasEnded = fields[0] === 'Z' || fields[0] === 'X';
    return hasEnded ? null : `${fields[19]}@${boot.trim()}`;
  } catch {
    return null;
  }
}

function answersSignals(processId: number): boolean {
  if (processId <= 0 || processId > 2 ** 31) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
