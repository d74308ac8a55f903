/** The run that is read while it is written: few files an epoch, many epochs. */
import type { RunManifest } from '../../../src/protocol/run.js';
import { sampleManifest } from '../../store/sampleRun.js';

export function longManifest(epochs: number): RunManifest {
  return sampleManifest({
    id: 'long',
    sampleCount: 4,
    lastEpoch: epochs - 1,
    classNames: ['a', 'b'],
    shapes: [[1, 2, 2], [2, 2, 2], [3]],
  });
}
