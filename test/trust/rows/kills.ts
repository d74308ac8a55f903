/** Row 1: the writer killed at every operation, by itself and by the kernel, and at random moments. */
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { seededRandom } from '../../../src/recorder/model/seededRandom.js';
import { forEachLimited } from '../../../src/system/forEachLimited.js';
import { checkKilled } from '../../faults/checkRun.js';
import { OPERATIONS, type Fault, type Operation } from '../../faults/countedFileSystem.js';
import { startWriter, type WriterProcess } from '../../faults/writerProcess.js';
import { spread, upTo, type TrustRow } from '../row.js';

const AT_ONCE = 2;
const FAULTS: Record<Operation, Fault> = { write: 'kill-within', rename: 'kill-before', fsync: 'kill-before' };
type Write = WriterProcess['write'];

async function violationsOf(
  writer: WriterProcess,
  id: string,
  ...how: [order: Omit<Parameters<Write>[0], 'id'>, wrap?: Parameters<Write>[1], started?: Parameters<Write>[2]]
): Promise<string[]> {
  const [order, wrap, started] = how;
  const killed = await writer.write({ id, ...order }, wrap, started);
  const { violations } = await checkKilled(killed, writer.sound);
  await rm(killed.folder, { recursive: true, force: true });
  return violations.map((one) => `${id}: ${one}`);
}

async function everyOperation(writer: WriterProcess, most: number, sabotage?: 'commit-first'): Promise<string[][]> {
  const plans = OPERATIONS.flatMap((operation) =>
    spread(most, writer.counts[operation]).map((at) => ({ operation, at, fault: FAULTS[operation] })),
  );
  const found: string[][] = [];
  await forEachLimited(plans, AT_ONCE, async (fault) => {
    const id = `${fault.operation}-${fault.at}`;
    found.push(await violationsOf(writer, id, { fault, ...(sabotage && { sabotage }) }));
  });
  return found;
}

/** Each waits some part of the time that a whole run takes, from the moment the run was created or began. */
async function atRandomMoments(writer: WriterProcess, count: number): Promise<string[][]> {
  const random = seededRandom(count);
  const begun = performance.now();
  await writer.write({ id: 'timed', fault: null });
  const milliseconds = performance.now() - begun;
  const found: string[][] = [];
  await forEachLimited(upTo(count), AT_ONCE, async (round) => {
    let isTimed = false;
    found.push(
      await violationsOf(writer, `random-${round}`, { fault: null }, [], (child) => {
        if (!isTimed) setTimeout(() => child.kill('SIGKILL'), random(1 + milliseconds / 2));
        isTimed = true;
      }),
    );
  });
  return found;
}

async function byTheKernel(writer: WriterProcess, most: number): Promise<string[][]> {
  const calls = { write: 'write,pwrite64', rename: 'rename', fsync: 'fsync' } as const;
  const cases = OPERATIONS.flatMap((operation) =>
    spread(most, writer.counts[operation]).map((at) => ({ operation, at })),
  );
  const found: string[][] = [];
  await forEachLimited(cases, AT_ONCE, async ({ operation, at }) => {
    const inject = `inject=${calls[operation]}:signal=KILL:when=${at}`;
    const wrap = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', inject];
    found.push(await violationsOf(writer, `strace-${operation}-${at}`, { fault: null }, wrap));
  });
  return found;
}

export const kills: TrustRow = {
  number: 1,
  what: 'SIGKILL of the writer',
  promise: 'old or new state, at most one epoch lost, opens without repair',
  goal: '2,000 kills, all N',
  async *check(effort) {
    const writer = await startWriter();
    const operations = await everyOperation(writer, effort.count(6, Infinity));
    yield { what: 'at the Nth write, rename, fsync', count: operations.length, violations: operations.flat() };
    const random = await atRandomMoments(writer, effort.count(6, 1600));
    yield { what: 'at random moments', count: random.length, violations: random.flat() };
    if (spawnSync('strace', ['-o', '/dev/null', 'true']).status !== 0) {
      yield { what: 'by the kernel at the Nth call', skipped: 'strace cannot trace here' };
      return;
    }
    const kernel = await byTheKernel(writer, effort.count(1, 100));
    yield { what: 'by the kernel at the Nth call', count: kernel.length, violations: kernel.flat() };
  },
  async control() {
    const found = await everyOperation(await startWriter(), 8, 'commit-first');
    return { what: 'a writer that writes the commit record first', violations: found.flat() };
  },
};
