/** The selection that all views share: what follows when layer, channel or sample is selected in one of them. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseQuery, printQuery } from '../../src/protocol/queryText.js';
import type { HostEvent } from '../../src/protocol/viewer.js';
import type { ChannelChoice, LayerPair, Selected, ViewState } from '../../src/protocol/viewState.js';
import { hashOf, stateOf } from '../../webview/host/link.js';
import { channelChoiceOf, pairOf, queryOf, selectedAfter, selectedBy } from '../../webview/selection/linked.js';
import { RESTS_MILLISECONDS } from '../../webview/state/restedSignal.js';
import { createViewer, type Viewer } from '../../webview/state/viewer.js';
import { exampleHost } from '../gallery/exampleHost.js';
import { exampleRun, RESIDUAL_LAYERS } from '../gallery/exampleRun.js';

const selected = (layer: number | null, channel: number | null = null, sample: number | null = null): Selected => ({
  layer,
  channel,
  sample,
});
const CHOICE: ChannelChoice = { left: 1, right: 3, layer: 3, channel: 4, fromFirst: true };
const PAIR: LayerPair = { a: 1, b: 3, order: 'mean', masked: false };

describe('the shared selection', () => {
  it('of another layer forgets the channel, and keeps the sample', () => {
    assert.deepEqual(selectedAfter(selected(1, 5, 9), { layer: 3 }), selected(3, null, 9));
    assert.deepEqual(selectedAfter(selected(1, 5, 9), { layer: 1 }), selected(1, 5, 9));
    assert.deepEqual(selectedAfter(selected(1, 5), { layer: 3, channel: 2 }), selected(3, 2));
  });

  it('is made by a slice of one layer, and of one channel in it', () => {
    const by = (text: string): Partial<Selected> => selectedBy(parseQuery(text), RESIDUAL_LAYERS);
    assert.deepEqual(by('dCNN(-, conv2d_2, {0..7}, -)'), { layer: 3 });
    assert.deepEqual(by('dCNN(-, conv2d_2, {7}, -)'), { layer: 3, channel: 7 });
    assert.deepEqual(by('dCNN(-, {1..3}, -, -)'), {});
  });

  it('moves a slice that leaves its layer out, and narrows none that holds several channels', () => {
    const moved = (text: string, to: Selected): string => printQuery(queryOf(parseQuery(text), to, RESIDUAL_LAYERS));
    assert.equal(
      moved('dCNN(x.label = 3, conv2d_1, {2}, {4..9})', selected(3, 5)),
      'dCNN(x.label = 3, conv2d_2, -, {4..9})',
    );
    assert.equal(moved('dCNN(-, conv2d_2, {0..7}, -)', selected(3, 12)), 'dCNN(-, conv2d_2, {0..7}, -)');
    assert.equal(moved('dCNN(-, conv2d_2, {2}, -)', selected(3, 5)), 'dCNN(-, conv2d_2, 5, -)');
    assert.equal(moved('dCNN(-, {1..5}, -, -)', selected(3)), 'dCNN(-, {1..5}, -, -)');
  });

  it('turns the channel view to its channel, and leaves it where a layer has no maps', () => {
    assert.deepEqual(channelChoiceOf(CHOICE, selected(1, 2), RESIDUAL_LAYERS), { ...CHOICE, layer: 1, channel: 2 });
    assert.deepEqual(channelChoiceOf(CHOICE, selected(4), RESIDUAL_LAYERS), {
      ...CHOICE,
      right: 4,
      layer: 4,
      channel: 0,
    });
    const dense = RESIDUAL_LAYERS.findIndex(({ kind }) => kind === 'dense');
    assert.equal(channelChoiceOf(CHOICE, selected(dense), RESIDUAL_LAYERS), CHOICE);
  });

  it('puts a layer that is not in the pair beside the A that is', () => {
    assert.deepEqual(pairOf(PAIR, selected(5), RESIDUAL_LAYERS), { ...PAIR, b: 5 });
    assert.equal(pairOf(PAIR, selected(3), RESIDUAL_LAYERS), PAIR);
  });

  it('asked for twice changes nothing more', () => {
    const index = fc.integer({ min: 0, max: RESIDUAL_LAYERS.length - 1 });
    fc.assert(
      fc.property(index, fc.option(fc.integer({ min: 0, max: 7 })), (layer, channel) => {
        const to = selected(layer, channel);
        const query = queryOf(parseQuery('dCNN(-, conv2d_1, {2}, -)'), to, RESIDUAL_LAYERS);
        assert.equal(queryOf(query, to, RESIDUAL_LAYERS), query);
        const choice = channelChoiceOf(CHOICE, to, RESIDUAL_LAYERS);
        assert.equal(channelChoiceOf(choice, to, RESIDUAL_LAYERS), choice);
        const pair = pairOf(PAIR, to, RESIDUAL_LAYERS);
        assert.equal(pairOf(pair, to, RESIDUAL_LAYERS), pair);
      }),
    );
  });
});

describe('the link of a selection', () => {
  it('keeps what is selected, the pinned filters, the orders and the epochs beside each other', () => {
    const layers: LayerPair = {
      ...PAIR,
      order: 'cluster',
      orderB: 'index',
      ownScale: true,
      epochs: [0, 4],
      pinned: [
        { layer: 1, channel: 2 },
        { layer: 3, channel: 15 },
      ],
    };
    const state: ViewState = {
      ...{ view: 'layers', query: 'dCNN(-, 1, -, -)', measure: 'inter', epoch: 3 },
      ...{ selected: selected(3, null, 17), layers },
    };
    assert.deepEqual(stateOf(hashOf(state)), state);
    assert.equal(stateOf(hashOf(state).replace('layer%22%3A3', 'layer%22%3Ax'))?.selected, undefined);
  });
});

describe('views on one selection', () => {
  async function withViewer(
    state: Partial<ViewState>,
    use: (viewer: Viewer, send: (event: HostEvent) => void) => Promise<void> | void,
  ): Promise<void> {
    const host = exampleHost(exampleRun(), { state: { query: 'dCNN(-, conv2d_1, -, -)', ...state } });
    const listeners: ((event: HostEvent) => void)[] = [];
    const viewer = createViewer({ ...host, onEvent: (listener) => (listeners.push(listener), () => undefined) });
    try {
      for (let i = 0; i < 200 && viewer.facts.value === null; i++)
        await new Promise((resolve) => setTimeout(resolve, 5));
      await use(viewer, (event) => listeners.forEach((listener) => listener(event)));
    } finally {
      viewer.dispose();
    }
  }

  it('a click on a layer of the network moves the channel view and the layer view', () =>
    withViewer({}, (viewer) => {
      viewer.query.value = parseQuery('dCNN(-, conv2d_2, -, -)');
      assert.deepEqual(viewer.selected.value, selected(3));
      assert.equal(viewer.channels.value?.layer, 3);
      assert.ok([viewer.layers.value?.a, viewer.layers.value?.b].includes(3));
    }));

  it('a slice is taken back with all that followed it, a drag as one step, and put there again', () =>
    withViewer({ layers: PAIR }, async (viewer) => {
      const rests = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2 * RESTS_MILLISECONDS));
      const { query, classes, channels, layers, selected: chosen } = viewer;
      const shown = () => [query.value, classes.value, channels.value, layers.value, chosen.value];
      await rests();
      const before = shown();
      for (const channels of ['{7..9}', '{7..8}', '{7}'])
        query.value = parseQuery(`dCNN(x.label = 3, conv2d_2, ${channels}, -)`);
      const after = shown();
      assert.deepEqual([chosen.value, classes.value], [selected(3, 7), [3]]);
      await rests();
      for (let i = 0; i < 2; i++) {
        viewer.slices.undo();
        assert.deepEqual(shown(), before);
        await rests();
      }
      viewer.slices.redo();
      assert.deepEqual(shown(), after);
      // Before it has rested, too.
      query.value = parseQuery('dCNN(-, conv2d_1, -, -)');
      viewer.slices.undo();
      assert.deepEqual(shown(), after);
    }));

  it('a channel pressed in the channel view is selected in the query and the layer view', () =>
    withViewer({}, (viewer) => {
      viewer.channels.value = CHOICE;
      assert.deepEqual(viewer.selected.value, selected(3, 4));
      assert.equal(viewer.text.value, 'dCNN(-, conv2d_2, -, -)');
      viewer.select({ sample: 12 });
      assert.deepEqual(viewer.selected.value, selected(3, 4, 12));
    }));

  it('a pair of layers selects the one that is new in it, and exchanging A and B selects none', () =>
    withViewer({ layers: PAIR }, (viewer) => {
      viewer.layers.value = { ...PAIR, b: 5 };
      assert.deepEqual(viewer.selected.value, selected(5));
      viewer.select({ layer: 5, channel: 1 });
      viewer.layers.value = { ...PAIR, a: 5, b: 1 };
      assert.deepEqual(viewer.selected.value, selected(5, 1));
    }));

  it('a slice of several layers is left as it was typed', () =>
    withViewer({ selected: selected(1, 0) }, (viewer) => {
      viewer.query.value = parseQuery('dCNN(-, {2..5}, -, -)');
      assert.equal(viewer.text.value, 'dCNN(-, {2..5}, -, -)');
      assert.deepEqual(viewer.selected.value, selected(1, 0));
    }));

  it('what is kept comes back as it was, and a link to a layer is followed by all', async () => {
    const layers: LayerPair = { ...PAIR, a: 2, b: 4 };
    await withViewer({ selected: selected(2, 1, 3), channels: CHOICE, layers }, (viewer, send) => {
      assert.deepEqual(viewer.layers.value, layers);
      send({ type: 'show', state: { view: 'query', query: 'dCNN(-, dense_1, -, last)' } });
      assert.equal(viewer.selected.value.layer, 10);
      assert.equal(viewer.layers.value?.b, 10);
    });
  });
});
