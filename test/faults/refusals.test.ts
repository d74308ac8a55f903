/** A disk that refuses: the epoch is lost and said to be, nothing torn is left, later epochs go on. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { Failure } from '../../src/protocol/failure.js';
import { createRun } from '../../src/store/createRun.js';
import { openRun } from '../../src/store/openRun.js';
import type { RunWriter } from '../../src/store/runAccess.js';
import { readEverything } from '../store/readEverything.js';
import { removeFolders, sampleEpoch, sampleProbes, temporaryRuns } from '../store/sampleRun.js';
import {
  countedFileSystem,
  OPERATIONS,
  type Counts,
  type Fault,
  type FaultPlan,
  type Operation,
} from './countedFileSystem.js';
import { EXTENDED_EPOCH, LAST_EPOCH, smallManifest } from './smallRun.js';

interface Outcome {
  readonly folder: string | null;
  readonly saved: readonly number[];
  readonly failures: readonly unknown[];
  readonly counts: Counts;
}

/** A whole run; what is refused is noted, and the rest goes on as a recorder would. */
async function record(runs: string, fault: FaultPlan | null, id = 'run'): Promise<Outcome> {
  const fileSystem = countedFileSystem(fault);
  const manifest = smallManifest(id);
  const failures: unknown[] = [];
  const note = (error: unknown): void => void failures.push(error);
  let writer: RunWriter | undefined;
  await createRun(runs, manifest, sampleProbes(manifest), { fileSystem }).then((made) => (writer = made), note);
  const saved: number[] = [];
  if (!writer) return { folder: null, saved, failures, counts: fileSystem.counts };
  for (let epoch = 0; epoch <= EXTENDED_EPOCH; epoch++) {
    if (epoch > LAST_EPOCH) {
      await writer.extend(epoch).catch(note);
      if (failures.length > 0) await writer.extend(epoch);
    }
    await writer.writeEpoch(sampleEpoch(manifest, epoch)).then(() => saved.push(epoch), note);
  }
  await writer.end({ state: 'finished', stopped: false }).catch(note);
  return { folder: writer.folder, saved, failures, counts: fileSystem.counts };
}

describe('a disk that refuses', function () {
  this.timeout(120_000);
  let sound: ReadonlyMap<string, string>;
  let counts: Counts;

  before(async () => {
    const outcome = await record(await temporaryRuns(), null);
    counts = outcome.counts;
    assert.deepEqual(outcome.failures, []);
    const answers = await readEverything(outcome.folder!, EXTENDED_EPOCH);
    sound = new Map(answers.map(({ question, digest }) => [question, digest!]));
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
    const { summary, epochStates } = await (await openRun(folder)).describe();
    assert.deepEqual(summary.epochs, saved, name);
    assert.ok(
      epochStates.every(({ state }) => state === 'whole'),
      name,
    );
    const names = await readdir(folder, { recursive: true });
    assert.deepEqual(
      names.filter((file) => file.endsWith('.partial')),
      [],
      `${name}: a torn file was left`,
    );
    for (const { question, digest } of await readEverything(folder, EXTENDED_EPOCH)) {
      const epoch = Number(/ (\d+)$/.exec(question)?.[1] ?? -1);
      if (saved.includes(epoch)) assert.equal(digest, sound.get(question), `${name}: ${question}`);
    }
  }

  for (const operation of OPERATIONS) {
    it(`any one ${operation} costs at most one epoch and is said in three parts`, () => check(operation, 'EIO'));
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
