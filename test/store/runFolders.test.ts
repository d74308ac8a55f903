/** Lists of runs, their status, and deleting them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { access, chmod, cp, mkdir, readdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../src/protocol/failure.js';
import { beginRun } from '../../src/store/writing/beginRun.js';
import { createRun } from '../../src/store/writing/createRun.js';
import { statusWithoutEnd } from '../../src/store/reading/describeRun.js';
import { deleteRun } from '../../src/store/runs/deleteRun.js';
import { listRuns } from '../../src/store/runs/listRuns.js';
import { openRun } from '../../src/store/reading/openRun.js';
import type { OwnerRecord } from '../../src/store/format/records.js';
import type { RunWriter } from '../../src/store/format/runAccess.js';
import { markEnded } from '../../src/store/writing/runEnd.js';
import { isRunId, newRunId } from '../../src/store/writing/runId.js';
import { thisOwner } from '../../src/store/writing/runOwner.js';
import { RunFiles } from '../../src/store/safety/runPaths.js';
import { seal } from '../../src/store/format/sealedRecord.js';
import { removeFolders, sampleEpoch, sampleManifest, sampleProbes, temporaryRuns } from './sampleRun.js';

async function begun(runs: string, id?: string): Promise<RunWriter> {
  const manifest = sampleManifest(id === undefined ? {} : { id });
  const writer = await createRun(runs, manifest, sampleProbes(manifest));
  await writer.writeEpoch(sampleEpoch(manifest, 0));
  return writer;
}

async function ownedBy(folder: string, change: Partial<OwnerRecord>): Promise<string> {
  await writeFile(join(folder, 'owner.json'), seal({ ...(await thisOwner()), ...change }));
  const { status } = (await (await openRun(folder)).describe()).summary;
  return status.state === 'broken' ? status.reason : status.state;
}

async function setUpBy(folder: string, change: Partial<OwnerRecord>): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'owner.json'), seal({ ...(await thisOwner()), ...change }));
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

describe('a run where no folder can be', () => {
  it('is refused at once: under /proc, where a recursive mkdir never returns', async function () {
    if (process.platform !== 'linux') this.skip();
    await assert.rejects(begun('/proc/cnnslicer/none/runs'), (error) => {
      assert.ok(error instanceof Failure && error.kind === 'environment');
      assert.match(error.message, /\/proc\/cnnslicer/);
      return true;
    });
  });

  it('is refused below a file', async () => {
    const runs = await temporaryRuns();
    await mkdir(join(runs, '..'), { recursive: true });
    await writeFile(runs, '');
    await assert.rejects(begun(runs), Failure);
    await removeFolders();
  });
});

describe('the runs in a folder', () => {
  let runs: string;
  beforeEach(async () => {
    runs = await temporaryRuns();
  });
  afterEach(removeFolders);

  it('are none where there is no folder', async () => assert.deepEqual(await listRuns(runs), []));

  it('are listed newest first, what cannot be read as broken with the reason', async () => {
    await begun(runs, '20250131-120000-a');
    await mkdir(join(runs, '20260101-000000-foreign'));
    await setUpBy(join(runs, '20240101-000000-cut'), { processStart: '1@another-boot' });
    await setUpBy(join(runs, '20230101-000000-new'), {});
    await writeFile(join(runs, 'a file'), '');
    const listed = await listRuns(runs);
    assert.deepEqual(
      listed.map(({ id }) => id),
      ['20260101-000000-foreign', '20250131-120000-a', '20240101-000000-cut', '20230101-000000-new'],
    );
    const reason = (place: number): string => {
      const { status } = listed[place]!;
      return status.state === 'broken' ? status.reason : status.state;
    };
    assert.match(reason(0), /contains no recorded run/);
    assert.equal(reason(1), 'recording');
    assert.match(reason(2), /has not finished setting it up/);
    assert.equal(reason(3), 'recording');
  });

  it('are called what their folders are called, whatever the manifest says', async () => {
    const { folder } = await begun(runs, '20250131-120000-a');
    await cp(folder, join(runs, '20250131-120000-a copy'), { recursive: true });
    assert.deepEqual(
      (await listRuns(runs)).map(({ id }) => id),
      ['20250131-120000-a copy', '20250131-120000-a'],
    );
  });

  it('get names that are safe and not yet taken', async () => {
    const now = new Date(2025, 0, 31, 9, 5, 7);
    assert.equal(await newRunId(runs, 'train', now), '20250131-090507-train');
    await mkdir(join(runs, '20250131-090507-a_b'), { recursive: true });
    assert.equal(await newRunId(runs, 'a/b', now), '20250131-090507-a_b-2');
    assert.equal(await newRunId(runs, '../..', now), '20250131-090507-run');
  });

  it('get names that are run ids, whatever the script is called', async () => {
    for (const name of ['日本', 'ü', '!', 'x'.repeat(300), `${'x'.repeat(55)}._-y`, 'a b', '-']) {
      const id = await newRunId(runs, name, new Date());
      assert.ok(isRunId(id), id);
      await mkdir(join(runs, id), { recursive: true });
      assert.ok(isRunId(await newRunId(runs, name, new Date())), id);
    }
  });

  it('have one writer each: of many that begin the same run at once, one wins and the others are told', async () => {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => begun(runs)));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const result of results) {
      if (result.status === 'rejected') assert.match(String(result.reason), /it already exists/);
    }
    assert.equal((await listRuns(runs)).length, 1);
  });

  it('are each begun, however many of one name begin in the same second', async () => {
    const manifest = sampleManifest();
    const begin = () => beginRun(runs, manifest, sampleProbes(manifest));
    const all = await Promise.all(Array.from({ length: 8 }, begin));
    const folders = all.map(({ manifest: { id } }) => join(runs, id));
    assert.equal(new Set(folders).size, 8);
    assert.deepEqual(
      all.map(({ writer }) => writer.folder),
      folders,
    );
    for (const folder of folders) assert.equal((await (await openRun(folder)).describe()).summary.folder, folder);
  });

  it('begin at once in a folder that none of them has made yet', async () => {
    for (let round = 0; round < 30; round++) {
      const results = await Promise.allSettled(
        Array.from({ length: 8 }, () => begun(join(runs, `${round}`, 'deep', 'runs'))),
      );
      const reasons = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
      assert.equal(reasons.length, 7);
      for (const reason of reasons) assert.match(reason, /it already exists/);
    }
  });

  it('cannot be begun where the folder cannot be written, and that is said in three parts', async function () {
    const blocked = join(runs, '..', 'blocked');
    await mkdir(runs, { recursive: true });
    await writeFile(blocked, '');
    await assert.rejects(begun(join(blocked, 'runs')), { kind: 'environment', doing: /creating the run folder/ });
    if (process.getuid?.() === 0) return; // root writes everywhere
    await chmod(runs, 0o555);
    await assert.rejects(begun(runs), { kind: 'environment', tryThis: /writable/ });
    await chmod(runs, 0o755);
  });
});

describe('the status of a run', () => {
  let folder: string;
  let writer: RunWriter;
  beforeEach(async () => {
    writer = await begun(await temporaryRuns());
    folder = writer.folder;
  });
  afterEach(removeFolders);

  it('is recording while its recorder lives', async () => assert.equal(await ownedBy(folder, {}), 'recording'));

  it('is broken once its recorder is gone, and says how far it came', async () => {
    const { pid } = spawnSync('true');
    assert.equal(
      await ownedBy(folder, { processId: pid }),
      'the recorder ended without finishing; complete up to epoch 0',
    );
  });

  it('is broken when the id of its recorder is another process now', async () => {
    assert.match(await ownedBy(folder, { processStart: '1@another-boot' }), /ended without finishing/);
  });

  it('is the end that its recorder wrote, and went, after the end was looked for', async () => {
    await writer.end({ state: 'finished', stopped: false });
    await ownedBy(folder, { processStart: '1@another-boot' });
    const status = await statusWithoutEnd(new RunFiles(await realpath(folder)), 0);
    assert.equal(status.state, 'finished');
  });

  it('is broken when nobody can look whether its recorder lives', async () => {
    assert.match(await ownedBy(folder, { host: `not-${hostname()}` }), /another machine/);
  });

  it('comes from the parent when the recorder could not write its end', async () => {
    await markEnded(folder, { state: 'broken', reason: 'the recorder was killed' });
    const { status } = (await (await openRun(folder)).describe()).summary;
    assert.deepEqual(status, { state: 'broken', reason: 'the recorder was killed' });
  });

  it('stays what its recorder wrote when the parent comes late', async () => {
    await writer.end({ state: 'finished', stopped: true });
    const before = await readFile(join(folder, 'end.json'), 'utf8');
    await markEnded(folder, { state: 'broken', reason: 'gone' });
    assert.equal(await readFile(join(folder, 'end.json'), 'utf8'), before);
  });

  it('cannot be given to a folder that is no run', async () => {
    await assert.rejects(markEnded(join(folder, 'layers'), { state: 'finished', stopped: false }), {
      kind: 'not-found',
    });
    assert.equal(await isThere(join(folder, 'layers', 'end.json')), false);
  });
});

describe('deleting a run', () => {
  let runs: string;
  beforeEach(async () => {
    runs = await temporaryRuns();
  });
  afterEach(removeFolders);

  it('removes its folder and nothing else', async () => {
    const writer = await begun(runs, '20250131-120000-a');
    await begun(runs, '20250131-120000-b');
    await writer.end({ state: 'finished', stopped: false });
    await deleteRun(writer.folder);
    assert.deepEqual(await readdir(runs), ['20250131-120000-b']);
  });

  it('is refused while it is recorded', async () => {
    const { folder } = await begun(runs);
    await assert.rejects(deleteRun(folder), { kind: 'bad-input', wrong: 'it is being recorded' });
    assert.ok(await isThere(folder));
  });

  it('is refused for anything that is not a run', async () => {
    const writer = await begun(runs);
    await writer.end({ state: 'finished', stopped: false });
    const link = join(runs, 'link');
    await symlink(writer.folder, link);
    for (const path of [
      runs,
      join(writer.folder, 'layers'),
      join(writer.folder, 'zarr.json'),
      join(runs, 'none'),
      link,
    ]) {
      await assert.rejects(deleteRun(path), { kind: 'not-found' }, path);
    }
    assert.ok(await isThere(join(writer.folder, 'zarr.json')));
  });
});
