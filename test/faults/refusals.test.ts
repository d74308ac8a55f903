/** A disk that refuses: the epoch is lost and said to be, nothing torn is left, later epochs go on. */
import assert from 'node:assert/strict';
import { Failure } from '../../src/protocol/failure.js';
import { createRun } from '../../src/store/writing/createRun.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { removeFolders, sampleEpoch, sampleProbes, temporaryRuns } from '../store/sampleRun.js';
import {
  countedFileSystem,
  OPERATIONS,
  type Counts,
  type Fault,
  type FaultPlan,
  type Operation,
} from './countedFileSystem.js';
import { recordEnduring, type Outcome } from './enduringRecord.js';
import { soundAnswers, violationsLeft } from './leftBehind.js';
import { smallManifest } from './smallRun.js';

async function record(runs: string, fault: FaultPlan | null, id = 'run'): Promise<Outcome & { counts: Counts }> {
  const fileSystem = countedFileSystem(fault);
  return { ...(await recordEnduring(runs, fileSystem, id)), counts: fileSystem.counts };
}

describe('a disk that refuses', () => {
  let sound: ReadonlyMap<string, string>;
  let counts: Counts;

  before(async () => {
    const fileSystem = countedFileSystem(null);
    sound = await soundAnswers(await temporaryRuns(), fileSystem);
    counts = fileSystem.counts;
  });
  after(removeFolders);

  async function check(operation: Operation, fault: Fault): Promise<void> {
    const runs = await temporaryRuns();
    for (let at = 1; at <= counts[operation]; at++) {
      const name = `${operation} ${at} ${fault}`;
      const { folder, saved, failures } = await record(runs, { operation, at, fault }, `${operation}-${at}`);
      assert.equal(failures.length, 1, name);
      const [failure] = failures;
      assert.ok(failure instanceof Failure && failure.kind === 'environment', `${name}: ${String(failure)}`);
      assert.match(failure.wrong, new RegExp(fault), name);
      if (!folder) continue;
      await checkLeft(folder, saved, name);
    }
  }

  async function checkLeft(folder: string, saved: readonly number[], name: string): Promise<void> {
    assert.deepEqual(await violationsLeft(folder, saved, sound), [], name);
  }

  for (const operation of OPERATIONS) {
    it(`any one ${operation} costs at most one epoch and is said in three parts${operation === 'rename' ? '' : ' @all'}`, () =>
      check(operation, 'EIO'));
  }

  it('for want of space says what to do about it', async () => {
    const { failures } = await record(await temporaryRuns(), {
      operation: 'write',
      at: counts.write - 3,
      fault: 'ENOSPC',
    });
    assert.match((failures[0] as Failure).tryThis, /Free space/);
  });

  it('takes writes in pieces without anyone noticing', async () => {
    const runs = await temporaryRuns();
    for (let at = 1; at <= counts.write; at += 5) {
      const { folder, saved, failures } = await record(runs, { operation: 'write', at, fault: 'short' }, `short-${at}`);
      assert.deepEqual(failures, []);
      await checkLeft(folder!, saved, `short ${at}`);
    }
  });

  it('never gets the same epoch twice', async () => {
    const runs = await temporaryRuns();
    const undisturbed = countedFileSystem(null);
    await createRun(runs, smallManifest('a'), sampleProbes(smallManifest('a')), { fileSystem: undisturbed });
    const at = undisturbed.counts.fsync + 3; // among the files of epoch 0
    const manifest = smallManifest('b');
    const fileSystem = countedFileSystem({ operation: 'fsync', at, fault: 'EIO' });
    const writer = await createRun(runs, manifest, sampleProbes(manifest), { fileSystem });
    await assert.rejects(writer.writeEpoch(sampleEpoch(manifest, 0)), { kind: 'environment' });
    await assert.rejects(writer.writeEpoch(sampleEpoch(manifest, 0)), RangeError);
    await writer.writeEpoch(sampleEpoch(manifest, 1));
    assert.deepEqual((await (await openRun(writer.folder)).describe()).summary.epochs, [1]);
  });
});
