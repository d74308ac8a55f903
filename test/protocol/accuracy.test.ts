/** Held-out accuracy: which probes count, and Wilson's interval beside published and exact values. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  accuracyWithInterval,
  accuracyWords,
  judge,
  judgedProbes,
  wilsonInterval,
} from '../../src/protocol/accuracy.js';

const Z95 = 1.959963984540054;

describe('accuracy', () => {
  it('is of the probes that were not trained on', () => {
    const [labels, predictions, splits] = [
      [0, 1, 2, 1, -1],
      [0, 0, 2, 0, 1],
      [0, 1, 1, 0, 1],
    ];
    assert.deepEqual(judgedProbes(labels, splits), { probes: [1, 2], heldOut: true });
    assert.deepEqual(judge(labels, predictions, splits), { correct: 1, n: 2, heldOut: true });
  });
  it('is training accuracy, and called so, where all were trained on or nothing says otherwise', () => {
    for (const splits of [[0, 0, 0, 0], []]) {
      const judged = judge([0, 1, 1, 0], [0, 1, 1, 1], splits);
      assert.deepEqual(judged, { correct: 3, n: 4, heldOut: false });
      assert.equal(accuracyWords(judged), 'training accuracy 75.0 %, 4 probes');
    }
  });
  it('is none without labels', () => assert.equal(judge([-1, -1], [0, 1], [1, 1]), null));
  it('is told with N and interval', () => {
    const judged = { correct: 467, n: 500, heldOut: true };
    assert.equal(accuracyWords(judged), 'held-out accuracy 93.4 %, 500 probes');
    assert.equal(accuracyWithInterval(judged), 'held-out accuracy 93.4 % (95 %: 90.9 to 95.3 %), 500 probes');
  });
});

describe('Wilson’s interval', () => {
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
  const published = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const;
  for (const [correct, n, low, high] of published)
    it(`of ${correct} of ${n} is the published one`, () => {
      const found = wilsonInterval({ correct, n }).map((bound) => Number(bound.toFixed(4)));
      assert.deepEqual(found, [low, high]);
    });
  it('ends where a share is 1.96 of its own standard errors away from the observed one', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(5000), (n, some) => {
        const correct = some % (n + 1);
        for (const [i, bound] of wilsonInterval({ correct, n }).entries()) {
          const distance = (i === 0 ? 1 : -1) * (correct / n - bound);
          assert.ok(Math.abs(distance - Z95 * Math.sqrt((bound * (1 - bound)) / n)) < 1e-9);
        }
      }),
    ));
});
