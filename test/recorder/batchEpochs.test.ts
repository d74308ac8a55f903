/** Training that has no epochs: which of the epochs that are made of its batches are recorded. */
import assert from 'node:assert/strict';
import { isRecorded } from '../../src/recorder/openEndedEpochs.js';

const recordedUpTo = (last: number): number[] =>
  Array.from({ length: last }, (_, index) => index + 1).filter((epoch) => isRecorded(epoch));

describe('epochs of a training without end in sight', () => {
  it('are all recorded up to 50, then every second, every fourth …', () => {
    const epochs = recordedUpTo(220);
    assert.deepEqual(
      epochs.slice(0, 50),
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
    assert.deepEqual(epochs.slice(50, 53), [52, 54, 56]);
    assert.deepEqual(epochs.slice(73, 79), [98, 100, 104, 108, 112, 116]);
    assert.deepEqual(epochs.slice(-3), [200, 208, 216]);
  });

  it('grow as the logarithm: 25 more for each doubling', () => {
    for (const doublings of [1, 2, 3, 6]) {
      assert.equal(recordedUpTo(50 * 2 ** doublings).length, 50 + 25 * doublings);
    }
  });
});
