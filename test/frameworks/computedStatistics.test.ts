/** A run whose writer left its statistics out gives those that the recorder would have written. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { statisticsOfLayer, plainMapReader } from '../../src/analysis/measures/layerEpochStatistics.js';
import { withComputedStatistics } from '../../src/analysis/run/computedStatistics.js';
import { Failure } from '../../src/protocol/failure.js';
import { seal } from '../../src/store/format/sealedRecord.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { createRun } from '../../src/store/writing/createRun.js';
import { removeFolders, sampleEpoch, sampleManifest, sampleProbes, temporaryRuns } from '../store/sampleRun.js';

describe('statistics that a writer left out', () => {
  after(removeFolders);

  /** A run of one epoch without the files whose key matches. */
  async function runWithout(pattern: RegExp, mapSampleCount = 7) {
    const manifest = sampleManifest({ lastEpoch: 0, mapSampleCount });
    const epoch = sampleEpoch(manifest, 0);
    const writer = await createRun(await temporaryRuns(), manifest, sampleProbes(manifest));
    await writer.writeEpoch(epoch);
    await writer.end({ state: 'finished', stopped: false });
    const path = join(writer.folder, 'commits', '000000.json');
    const record = JSON.parse(readFileSync(path, 'utf8')) as {
      crc32c?: string;
      keys: Record<string, object>;
    };
    delete record.crc32c;
    const left = Object.keys(record.keys).filter((key) => pattern.test(key));
    assert.ok(left.length > 0);
    for (const key of left) rmSync(join(writer.folder, key));
    const keys = Object.fromEntries(Object.entries(record.keys).filter(([key]) => !left.includes(key)));
    writeFileSync(path, seal({ ...record, keys }));
    return { manifest, epoch, reader: withComputedStatistics(await openRun(writer.folder)) };
  }

  it('are those of the maps of all probes', async () => {
    const { manifest, epoch, reader } = await runWithout(/\/(entropy|values|histogram)\//);
    const labels = sampleProbes(manifest).labels;
    for (const { index, channelCount, mapShape, activation } of manifest.layers.slice(1)) {
      const mapLength = mapShape.reduce((product, side) => product * side, 1);
      const expected = statisticsOfLayer(
        {
          ...{ maps: epoch.layers[index].maps!, sampleCount: 7, channelCount, mapLength, labels },
          ...{ classCount: manifest.classNames.length, activation, units: mapShape.length === 0 },
        },
        plainMapReader,
      );
      assert.deepEqual((await reader.readEntropy(index, 0)).values, expected.entropy);
      assert.deepEqual(await reader.readValues(index, 0), expected.values);
      assert.deepEqual(await reader.readHistogram(index, 0), expected.histogram);
    }
  });

  it('are missing in words where the maps of all probes are not kept, and at epochs that are not recorded', async () => {
    const { reader } = await runWithout(/\/values\//, 3);
    await assert.rejects(
      () => reader.readValues(1, 0),
      (thrown) =>
        thrown instanceof Failure && /neither these statistics nor the maps of all 7 probes/.test(thrown.wrong),
    );
    await assert.rejects(
      () => reader.readValues(0, 1),
      (thrown) => thrown instanceof Failure && !/neither/.test(thrown.wrong),
    );
  });

  it('are the recorded ones where they are there', async () => {
    const { epoch, reader } = await runWithout(/\/entropy\//);
    assert.deepEqual(await reader.readValues(1, 0), epoch.layers[1].values);
  });
});
