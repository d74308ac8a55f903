import assert from 'node:assert/strict';
import { eventState, eventText, layerEvents } from '../../src/extension/bisect/layerEvents.js';
import { inEnglish } from '../../src/extension/localize.js';
import { layer, report } from './recorded.js';

const conv = layer(2, 'Conv2D', { name: 'conv2d_2', channelCount: 16 });
const byEpoch = (...bits: (number | null)[]) => bits.map((value, epoch) => ({ epoch, bits: value }));

describe('when something happened to a layer', () => {
  const check = (facts: Parameters<typeof report>[2], ...expected: string[]): void => {
    const events = layerEvents(report(conv, 1, facts));
    assert.deepEqual(events.map((event) => eventText(event, conv, inEnglish)), expected); // prettier-ignore
  };

  it('is the epoch since which a channel is dead, the earliest first', () =>
    check(
      {
        intraByEpoch: byEpoch(1, 1, 1, 1),
        channels: { layer: 2, epoch: 3, dead: [4, 9, 15], deadSince: [3, 0, 1] },
      },
      'Channel 9 was dead before training',
      'Channel 15 died at epoch 1',
      'Channel 4 died at epoch 3',
    ));

  it('is the deepest fall of the entropy, over epochs without a value too', () => {
    check({ intraByEpoch: byEpoch(1.7, 1.6, null, 0.9, 1.4, 1) }, 'The entropy fell from 1.60 to 0.90 bits at epoch 3');
    check({ intraByEpoch: byEpoch(null, 2, 1) }, 'The entropy fell from 2.00 to 1.00 bits at epoch 2');
  });

  it('is nothing where the entropy rises, or falls within its interval', () => {
    check({ intraByEpoch: byEpoch(1, 1.1, 1.2) });
    check({ intraByEpoch: byEpoch(1.02, 1), intraHalfWidthBits: 0.012 });
    check({ intraByEpoch: [] });
  });

  it('opens on the epochs before and after, at the channel', () => {
    const facts = { intraByEpoch: byEpoch(1, 1, 1), channels: { layer: 2, epoch: 2, dead: [15], deadSince: [2] } };
    const [death] = layerEvents(report(conv, 1, facts));
    assert.ok(death);
    assert.deepEqual(eventState(death, conv), {
      view: 'query',
      query: 'dCNN(-, conv2d_2, 15, {1..2})',
      measure: 'intra',
      epoch: 2,
    });
  });
});
