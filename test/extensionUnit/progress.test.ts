import assert from 'node:assert/strict';
import { inEnglish } from '../../src/extension/localize.js';
import {
  advance,
  beginning,
  durationText,
  latestRun,
  secondsLeft,
  statusText,
  type RecordingProgress,
} from '../../src/extension/words/progressState.js';
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
const whole = (epoch: number, elapsedSeconds: number, loss: number | null, folder = '/r'): RecorderEvent => ({
  type: 'epoch-whole',
  folder,
  epoch,
  lastEpoch: folder === '/r' ? 10 : 40,
  loss,
  accuracy: null,
  elapsedSeconds,
  recordingSeconds: 1,
  byteCount: 1,
});
const paused = (epoch: number, elapsedSeconds: number): RecorderEvent => ({
  type: 'epoch-paused',
  folder: '/r',
  epoch,
  lastEpoch: 10,
  elapsedSeconds,
});
const told = (...events: RecorderEvent[]): RecordingProgress => events.reduce(advance, beginning('train'));
const after = (...events: RecorderEvent[]) => latestRun(told(...events));
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
  it('invents no last epoch, and no time left, where the script has not said how many there will be', () => {
    const events = [{ ...started, lastEpoch: null }, { ...whole(7, 34, 0.314), lastEpoch: null } as RecorderEvent];
    check(events, 'epoch 8, loss 0.31');
    check([...events, batch(8, 0.5)], 'epoch 8, loss 0.31');
    assert.equal(secondsLeft(after(...events)), null);
  });
  it('starts over with a second model of the same script', () => {
    const { trainedEpochs, loss } = after(started, whole(9, 90, 0.1), { ...started, folder: '/s' });
    assert.deepEqual([trainedEpochs, loss], [0, null]);
  });
  it('keeps apart models that train by turns', () => {
    const other = { ...started, folder: '/s', lastEpoch: 40 };
    const events = [started, whole(5, 5, 0.5), other, whole(1, 1, 2, '/s'), whole(6, 6, 0.4), batch(7, 0.5)];
    check(events, 'epoch 7 of 10, loss 0.40 (4 s left)');
    check([...events, whole(2, 2, 1.5, '/s'), batch(7, 0.6)], 'epoch 3 of 40, loss 1.50 (38 s left)');
    assert.equal(
      statusText(told(...events).runs.get('/s')!, inEnglish),
      'CNNSlicer: recording train, epoch 2 of 40, loss 2.00 (39 s left)',
    );
  });
  it('counts epochs that are not recorded as trained, while recording is paused and after', () => {
    const before = [started, whole(1, 60, 0.5), whole(2, 120, 0.5)];
    const pause = [3, 4, 5, 6, 7, 8].map((epoch) => paused(epoch, 60 * epoch));
    check([...before, ...pause], 'epoch 9 of 10, loss 0.50 (2 min left)');
    check([...before, ...pause, whole(9, 540, 0.3)], 'epoch 10 of 10, loss 0.30 (1 min left)');
  });
  it('has nothing left at the last epoch', () => assert.equal(secondsLeft(after(started, whole(10, 90, 0.1))), 0));
  it('says durations as people do', () =>
    assert.deepEqual(
      [0.2, 40, 59, 100, 5300, 6000].map((seconds) => durationText(seconds, inEnglish)),
      ['1 s', '40 s', '1 min', '2 min', '88 min', '1.7 h'],
    ));
});
