/**
 * The writer killed at every write, rename and sync of a small run: each time the run opens at its last
 * whole epoch, is shown as broken, and zarr-python reads it.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { forEachLimited } from '../../src/system/forEachLimited.js';
import { removeFolders } from '../store/sampleRun.js';
import { pythonMissing, zarrDigests, type ArrayDigests } from '../store/zarrPython.js';
import { checkKilled, type Verdict } from './checkRun.js';
import { OPERATIONS, type Counts, type Fault, type FaultPlan, type Operation } from './countedFileSystem.js';
import { startWriter, type WriterProcess } from './writerProcess.js';

/** What is killed when: before the operation or, of a write, when half of it is done. */
const FAULTS: Record<Operation, Fault> = { write: 'kill-within', rename: 'kill-before', fsync: 'kill-before' };
const AT_ONCE = 2;

describe('a writer that is killed', () => {
  let writer: WriterProcess;
  let counts: Counts;

  before(async () => {
    writer = await startWriter();
    ({ counts } = writer);
  });
  after(removeFolders);

  interface Case extends Verdict {
    readonly name: string;
    readonly folder: string;
  }

  async function killAt(plans: readonly FaultPlan[], sabotage?: 'commit-first'): Promise<Case[]> {
    const cases: Case[] = [];
    await forEachLimited(plans, AT_ONCE, async (fault) => {
      const name = `${fault.operation}-${fault.at}${sabotage ? `-${sabotage}` : ''}`;
      const killed = await writer.write({ id: name, fault, ...(sabotage && { sabotage }) });
      assert.ok(!killed.events.some((event) => 'counts' in event), `${name}: the writer was not killed`);
      cases.push({ name, folder: killed.folder, ...(await checkKilled(killed, writer.sound)) });
    });
    return cases;
  }

  const everyPlan = (operation: Operation, step = 1): FaultPlan[] =>
    Array.from({ length: Math.floor((counts[operation] - 1) / step) + 1 }, (_, i) => ({
      operation,
      at: 1 + i * step,
      fault: FAULTS[operation],
    }));

  const violations = (cases: readonly Case[]): string[] =>
    cases.flatMap(({ name, violations: found }) => found.map((one) => `${name}: ${one}`));

  /** In one Python process: the digests of every whole epoch are those of the undisturbed run. */
  function checkWithPython(cases: readonly Case[]): void {
    const opened = cases.filter(({ epochs }) => epochs !== null);
    const { soundFolder } = writer;
    const seen = zarrDigests([soundFolder, ...opened.map(({ folder }) => folder)]);
    for (const { name, folder, epochs } of opened) {
      assert.deepEqual(digestsOf(seen[folder]!.arrays, epochs!), digestsOf(seen[soundFolder]!.arrays, epochs!), name);
    }
  }

  for (const operation of OPERATIONS) {
    it(`at any ${operation} leaves a run that opens at its last whole epoch @all`, async function () {
      const cases = await killAt(everyPlan(operation));
      assert.deepEqual(violations(cases), []);
      assert.deepEqual([...new Set(cases.map(({ epochs }) => epochs?.length ?? -1))].sort(), [-1, 0, 1, 2, 3]);
      console.log(`      ${cases.length} kills`);
      if (pythonMissing) console.log(`      zarr-python ${pythonMissing}`);
      else checkWithPython(cases);
    });
  }

  it('is found out when it writes the commit record first @all', async () => {
    const cases = await killAt(everyPlan('rename', 2), 'commit-first');
    const found = violations(cases);
    assert.ok(found.length > 10, `${found.length} violations`);
    assert.match(found.join('\n'), /is damaged: .* is missing/);
  });

  it('by the kernel, at the Nth call of its thread, leaves such a run too @all', async function () {
    if (spawnSync('strace', ['-o', '/dev/null', 'true']).status !== 0) {
      console.log('      skipped: strace cannot trace here');
      this.skip();
    }
    const cases: Case[] = [];
    const calls = (['write', 'rename', 'fsync'] as const).flatMap((call) =>
      everyPlan(call, Math.ceil(counts[call] / 12)),
    );
    await forEachLimited(calls, AT_ONCE, async ({ operation, at }) => {
      const name = `strace-${operation}-${at}`;
      const inject = `inject=${operation === 'write' ? 'write,pwrite64' : operation}:signal=KILL:when=${at}`;
      const killed = await writer.write({ id: name, fault: null }, [
        'strace',
        '-f',
        '-qq',
        '-o',
        '/dev/null',
        '-e',
        inject,
      ]);
      cases.push({ name, folder: killed.folder, ...(await checkKilled(killed, writer.sound)) });
    });
    console.log(`      ${cases.length} kills`);
    assert.deepEqual(violations(cases), []);
    assert.ok(new Set(cases.map(({ epochs }) => epochs?.length)).size > 3);
    if (!pythonMissing) checkWithPython(cases);
  });
});

function digestsOf(arrays: Readonly<Record<string, ArrayDigests>>, epochs: readonly number[]): unknown {
  return Object.fromEntries(
    Object.entries(arrays).map(([path, { digests }]) => {
      const isByEpoch = typeof digests === 'object' && !('error' in digests);
      return [path, isByEpoch ? epochs.map((epoch) => (digests as Record<string, unknown>)[String(epoch)]) : digests];
    }),
  );
}
