/** The run of the fault tests: as few files as can hold every kind of array, extended once. */
import type { RunManifest } from '../../src/protocol/run.js';
import { sampleManifest } from '../store/sampleRun.js';

/** The plan's last epoch at first, and after the extension. */
export const LAST_EPOCH = 1;
export const EXTENDED_EPOCH = 2;

export function smallManifest(id: string): RunManifest {
  return sampleManifest({
    id,
    sampleCount: 3,
    lastEpoch: LAST_EPOCH,
    classNames: ['a', 'b'],
    shapes: [
      [1, 2, 2],
      [2, 2, 2],
    ],
  });
}
