/** The runs that are read while they are written: few files an epoch. */
import type { RunManifest } from '../../../src/protocol/run.js';
import { sampleManifest } from '../../store/sampleRun.js';

export function longManifest(number: number, epochs: number): RunManifest {
  return sampleManifest({
    id: `long-${number}`,
    sampleCount: 4,
    lastEpoch: epochs - 1,
    classNames: ['a', 'b'],
    shapes: [[1, 2, 2], [2, 2, 2], [3]],
  });
}
