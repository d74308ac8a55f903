/** The power goes at any operation: every epoch that was said to be saved is there, and none is torn. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createRun } from '../../src/store/writing/createRun.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { readEverything } from '../store/readEverything.js';
import { noise, removeFolders, sampleEpoch, sampleProbes, temporaryRuns } from '../store/sampleRun.js';
import { EXTENDED_EPOCH, LAST_EPOCH, smallManifest } from './smallRun.js';
import { PowerCut, VolatileFileSystem, type Negligence } from './volatileFileSystem.js';

const manifest = smallManifest('run');

/** What was said before the power went: null when not even that the run was created. */
async function recordUntilCut(disk: VolatileFileSystem, runs: string): Promise<readonly number[] | null> {
  let saved: number[] | null = null;
  try {
    const writer = await createRun(runs, manifest, sampleProbes(manifest), { fileSystem: disk });
    saved = [];
    for (let epoch = 0; epoch <= EXTENDED_EPOCH; epoch++) {
      if (epoch > LAST_EPOCH) await writer.extend(epoch);
      await writer.writeEpoch(sampleEpoch(manifest, epoch));
      saved.push(epoch);
    }
    await writer.end({ state: 'finished', stopped: false });
  } catch (error) {
    if (!(error instanceof PowerCut)) throw error;
  }
  return saved;
}

async function violationsOf(folder: string, saved: readonly number[] | null): Promise<string[]> {
  try {
    const { summary, epochStates } = await (await openRun(folder)).describe();
    const lost = (saved ?? []).filter((epoch) => !summary.epochs.includes(epoch));
    const torn = epochStates.flatMap((state) =>
      state.state === 'damaged' ? [`epoch ${state.epoch}: ${state.reason}`] : [],
    );
    const unread = (await readEverything(folder, EXTENDED_EPOCH)).filter(
      ({ question, failure }) => failure && summary.epochs.includes(Number(/ (\d+)$/.exec(question)?.[1] ?? -1)),
    );
    return [
      ...lost.map((epoch) => `epoch ${epoch} is lost`),
      ...torn,
      ...unread.map(({ question }) => `${question} is not read`),
    ];
  } catch (error) {
    return saved === null ? [] : [`it does not open: ${String(error)}`];
  }
}

describe('a power cut', () => {
  let operations: number;

  before(async () => {
    const runs = await temporaryRuns();
    const disk = new VolatileFileSystem(runs, 0);
    assert.deepEqual(await recordUntilCut(disk, runs), [0, 1, 2]);
    operations = disk.operations;
  });
  afterEach(removeFolders);

  async function cutEverywhere(
    step: number,
    negligence: Negligence = {},
  ): Promise<{ cuts: number; violations: string[] }> {
    const violations: string[] = [];
    let cuts = 0;
    for (let cutAt = 1; cutAt <= operations; cutAt += step, cuts++) {
      const runs = await temporaryRuns();
      const disk = new VolatileFileSystem(runs, cutAt, negligence);
      const saved = await recordUntilCut(disk, runs);
      const draws = noise(4096, cutAt);
      let drawn = 0;
      const restored = join(runs, 'restored');
      await disk.restore(restored, () => (draws[drawn++ % draws.length]! + 1) / 2);
      violations.push(...(await violationsOf(join(restored, 'run'), saved)).map((one) => `cut at ${cutAt}: ${one}`));
    }
    return { cuts, violations };
  }

  it('loses nothing that was said to be saved', async () => {
    const { cuts, violations } = await cutEverywhere(1);
    console.log(`      ${cuts} cuts`);
    assert.deepEqual(violations, []);
  });

  it('is found to lose epochs when folders are not synced', async () => {
    const { violations } = await cutEverywhere(7, { skipsFolderSync: true });
    assert.match(violations.join('\n'), /lost|does not open/);
  });

  it('is found to tear epochs when files are not synced', async () => {
    const { violations } = await cutEverywhere(7, { skipsFileSync: true });
    assert.ok(violations.length > 10, `${violations.length} violations`);
  });
});
