import assert from 'node:assert/strict';
import { inEnglish } from '../../src/extension/localize.js';
import { advance, beginning, durationText, secondsLeft, statusText } from '../../src/extension/record/progressState.js';
import type { RecorderEvent } from '../../src/protocol/recorderEvents.js';

const started: RecorderEvent = {
  type: 'run-started',
  folder: '/r',
  lastEpoch: 10,
  layerCount: 5,
  probeCount: 100,
  forecastBytes: 1,
  bytesPerEpoch: 1,
};
const batch = (epoch: number, fraction: number): RecorderEvent => ({ type: 'batch', folder: '/r', epoch, fraction });
const whole = (epoch: number, elapsedSeconds: number, loss: number | null): RecorderEvent => ({
  type: 'epoch-whole',
  folder: '/r',
  epoch,
  lastEpoch: 10,
  loss,
  accuracy: null,
  elapsedSeconds,
  recordingSeconds: 1,
  byteCount: 1,
});
const after = (...events: RecorderEvent[]) => events.reduce(advance, beginning('train'));
const check = (events: RecorderEvent[], expected: string): void =>
  assert.equal(statusText(after(...events), inEnglish), `CNNSlicer: recording train, ${expected}`);

describe('the status bar while recording', () => {
  it('says that it starts', () => check([], 'starting'));
  it('is at epoch 1 once the state before training is recorded', () =>
    check([started, whole(0, 0, null)], 'epoch 1 of 10'));
  it('says epoch, loss and the time left', () =>
    check(
      [started, whole(0, 0, null), whole(1, 17, 0.6), whole(2, 34, 0.314), batch(3, 0)],
      'epoch 3 of 10, loss 0.31 (2 min left)',
    ));
  it('counts the share of an epoch that is done', () =>
    assert.equal(secondsLeft(after(started, whole(2, 20, 1), batch(3, 0.5))), 75));
  it('keeps small losses readable', () =>
    check([started, whole(1, 100, 0.00123)], 'epoch 2 of 10, loss 0.0012 (15 min left)'));
  it('starts over with a second model of the same script', () => {
    const state = after(started, whole(9, 90, 0.1), { ...started, folder: '/s' });
    assert.deepEqual([state.folders, state.wholeEpochs, state.loss], [['/r', '/s'], 0, null]);
  });
  it('has nothing left at the last epoch', () => assert.equal(secondsLeft(after(started, whole(10, 90, 0.1))), 0));
  it('says durations as people do', () =>
    assert.deepEqual(
      [0.2, 40, 59, 100, 5300, 6000].map((seconds) => durationText(seconds, inEnglish)),
      ['1 s', '40 s', '1 min', '2 min', '88 min', '1.7 h'],
    ));
});
