/** What a report, which is given away, says of the machine that recorded. */
import assert from 'node:assert/strict';
import { withoutMachine } from '../../src/cli/report/withoutMachine.js';
import type { RunDescription } from '../../src/protocol/run.js';
import { summary } from '../extensionUnit/recorded.js';
import { sampleManifest } from '../store/sampleRun.js';

describe('the run in a report', () => {
  const folder = '/home/me/project/.cnnslicer/runs/20260102-030405-train';
  const reason = `While writing epoch 4 to ${folder}: the disk of /home/me/project/data is full.`;
  const manifest = {
    ...sampleManifest(),
    workspace: '/home/me/project',
    script: { file: 'src/train.js', arguments: ['--data', '/srv/private/digits', '--out=/home/me/project/out'] },
    platform: { node: '20.19.0', os: 'Linux 6.1.2-corporate', architecture: 'x64' },
  };
  const run: RunDescription = {
    summary: summary({ folder, status: { state: 'broken', reason } }),
    manifest,
    epochStates: [],
  };

  it('has neither absolute paths nor the version of the system', () => {
    const kept = withoutMachine(run);
    const text = JSON.stringify(kept);
    assert.doesNotMatch(text, /\/home\/|\/srv\/|corporate|6\.1\.2/);
    assert.deepEqual(kept.manifest.script, { file: 'src/train.js', arguments: ['--data', 'digits', '--out=out'] });
    assert.deepEqual(
      [kept.summary.folder, kept.manifest.workspace, kept.manifest.platform.os],
      ['20260102-030405-train', '.', 'Linux'],
    );
    assert.deepEqual(kept.manifest.layers, manifest.layers);
  });
});
