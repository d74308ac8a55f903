import assert from 'node:assert/strict';
import fc from 'fast-check';
import { deadChannels, deadSince, saturatedChannels } from '../../src/analysis/measures/deadChannels.js';
import { entropyOfCounts, millerMadowEntropy } from '../../src/analysis/measures/entropy.js';
import { accuracy, confusionCounts, labelEntropies } from '../../src/analysis/measures/labelEntropies.js';

describe('label entropies', () => {
  // Label 0 is predicted 0, 0, 1, 1; label 1 always 1; nothing is predicted 2, and nothing is labelled 3.
  const labels = [0, 0, 0, 0, 1, 1, 2, -1, 0];
  const predictions = [0, 0, 1, 1, 1, 1, 3, 0, -1];
  const counts = confusionCounts(labels, predictions, 4);

  it('are taken from hard counts, samples without label or prediction left out', () => {
    assert.deepEqual(counts, [
      [2, 2, 0, 0],
      [0, 2, 0, 0],
      [0, 0, 0, 1],
      [0, 0, 0, 0],
    ]);
    assert.equal(accuracy(counts), 4 / 7);
    assert.equal(accuracy(confusionCounts([], [], 3)), null);
  });

  it('are of the column for a prediction and of the row for a label', () => {
    const { labelGivenPrediction, predictionGivenLabel } = labelEntropies(counts);
    assert.deepEqual(predictionGivenLabel, [1, 0, 0, null]);
    assert.deepEqual(labelGivenPrediction, [0, 1, null, 0]);
  });

  it('gain (m − 1)/2N nats by Miller and Madow', () => {
    const { predictionGivenLabel } = labelEntropies(counts, 'miller-madow');
    assert.deepEqual(predictionGivenLabel, [1 + 1 / (8 * Math.LN2), 0, 0, null]);
  });

  it('correct the bias of the plug-in estimate towards the truth', () => {
    // 20 draws of a fair die, all outcomes equally often on average: the plug-in is too low.
    const drawn = [4, 3, 5, 2, 3, 3];
    const [plugIn, corrected] = [entropyOfCounts(drawn)!, millerMadowEntropy(drawn)!];
    assert.ok(plugIn < Math.log2(6) && Math.abs(corrected - Math.log2(6)) < Math.log2(6) - plugIn + 0.2);
    assert.ok(Math.abs(corrected - plugIn - 5 / (40 * Math.LN2)) < 1e-12);
  });

  it('lie between 0 and log2 of the classes', () => {
    const label = fc.integer({ min: 0, max: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(label, label), { maxLength: 60 }), (pairs) => {
        const drawn = confusionCounts(
          pairs.map(([a]) => a),
          pairs.map(([, b]) => b),
          5,
        );
        const all = Object.values(labelEntropies(drawn)).flat();
        return all.every((bits) => bits === null || (bits >= 0 && bits <= Math.log2(5) + 1e-12));
      }),
    );
  });
});

describe('channels that say nothing', () => {
  it('are dead when their range is at most a millionth of the layer’s', () => {
    assert.deepEqual(deadChannels([0, 0, 5, -1], [1, 0, 5 + 6e-6, 5]), [1, 2]);
    assert.deepEqual(deadChannels([0, 5], [1, 5 + 6e-6]), []);
    assert.deepEqual(deadChannels([2, 2], [2, 2]), [0, 1]);
  });

  it('are not called dead without a finite value', () => {
    assert.deepEqual(deadChannels([NaN, 0], [NaN, 0]), [1]);
  });

  it('are dead since the last epoch at which they were not', () => {
    const history = [[0, 1], [1], [0, 1], [0, 1]].map((dead, epoch) => ({ epoch: 2 * epoch, dead }));
    assert.deepEqual(deadSince(history), [
      { channel: 0, since: 4 },
      { channel: 1, since: 0 },
    ]);
    assert.deepEqual(deadSince([]), []);
    assert.deepEqual(deadSince([{ epoch: 0, dead: [] }]), []);
  });

  it('are saturated when 99 % of their values are near a bound', () => {
    assert.deepEqual(saturatedChannels([0.99, 0.9899, 1, NaN]), [0, 2]);
  });
});
