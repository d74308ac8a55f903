import assert from 'node:assert/strict';
import * as v from 'valibot';
import { deepestChannel, eventState, eventText, layerEvents } from '../../src/extension/bisect/layerEvents.js';
import { ViewState } from '../../src/protocol/viewState.js';
import { inEnglish } from '../../src/extension/localize.js';
import { layer, report } from './recorded.js';

const conv = layer(2, 'Conv2D', { name: 'conv2d_2', channelCount: 16 });
const network = [layer(0, 'InputLayer', { kind: 'input' }), layer(1, 'Conv2D', { name: 'conv2d_1' }), conv];
const byEpoch = (...bits: (number | null)[]) => bits.map((value, epoch) => ({ epoch, bits: value }));

describe('when something happened to a layer', () => {
  const check = (facts: Parameters<typeof report>[2], ...expected: string[]): void => {
    const events = layerEvents(report(conv, 1, facts));
    assert.deepEqual(
      events.map((event) => eventText(event, conv, inEnglish)),
      expected,
    );
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

  it('is not before training where the first recorded epoch came later', () =>
    check(
      {
        intraByEpoch: [3, 4, 5].map((epoch) => ({ epoch, bits: 1 })),
        channels: { layer: 2, epoch: 5, dead: [9, 4], deadSince: [3, 4] },
      },
      'Channel 9 was already dead at epoch 3, the first one recorded',
      'Channel 4 died at epoch 4',
    ));

  it('is the deepest fall of the entropy, over epochs without a value too', () => {
    check(
      { intraByEpoch: byEpoch(1.7, 1.6, null, 0.9, 1.4, 1) },
      'The map entropy fell from 1.60 to 0.90 bits at epoch 3',
    );
    check({ intraByEpoch: byEpoch(null, 2, 1) }, 'The map entropy fell from 2.00 to 1.00 bits at epoch 2');
  });

  it('is nothing where the entropy rises, or falls within its interval', () => {
    check({ intraByEpoch: byEpoch(1, 1.1, 1.2) });
    check({ intraByEpoch: byEpoch(1.02, 1), intraHalfWidthBits: 0.012 });
    check({ intraByEpoch: [] });
  });

  it('opens on the channel’s maps at the epochs before and after, a row each', () => {
    const facts = { intraByEpoch: byEpoch(1, 1, 1), channels: { layer: 2, epoch: 2, dead: [15], deadSince: [2] } };
    const [death] = layerEvents(report(conv, 1, facts));
    const state = death && eventState(death, conv, network, 0);
    assert.deepEqual(state?.channels, {
      ...{ left: 1, right: 2, layer: 2, channel: 15, fromFirst: false },
      maps: { samples: 'classes', unit: 'none', overEpochs: true, epochs: [1, 2] },
    });
    assert.deepEqual(
      [state.view, state.epoch, state.selected],
      ['channels', 2, { layer: 2, channel: 15, sample: null }],
    );
    assert.deepEqual(
      v.parse(ViewState, { ...state, query: 'dCNN(-, -, -, -)', measure: 'intra' }).channels,
      state.channels,
    );
  });

  it('shows a fall of the whole layer at the channel that fell most', () => {
    const [fall] = layerEvents(report(conv, 1, { intraByEpoch: byEpoch(2, 1) }));
    const channel = deepestChannel([2, 3, null, 1], [1, 1.5, null, 2]);
    assert.equal(channel, 1);
    const state = fall && eventState(fall, conv, network, channel);
    assert.deepEqual([state?.channels?.channel, state?.channels?.maps?.epochs], [1, [0, 1]]);
    assert.equal(deepestChannel([null], [null]), 0);
  });

  it('opens on units’ entropies at the epochs before and after', () => {
    const facts = { intraByEpoch: byEpoch(1, 1, 1), channels: { layer: 2, epoch: 2, dead: [15], deadSince: [2] } };
    const dense = layer(2, 'Dense', { kind: 'dense', mapShape: [], channelCount: 16 });
    const [death] = layerEvents(report(dense, 1, facts));
    assert.ok(death);
    assert.deepEqual(eventState(death, dense, network, 0), {
      view: 'query',
      query: 'dCNN(-, dense_2, 15, {1..2})',
      measure: 'intra',
      epoch: 2,
    });
  });
});
