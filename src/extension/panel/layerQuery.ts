/** What a panel shows of one layer at first, in each of its views. */
import type { Layer } from '../../protocol/run.js';
import type { ViewState } from '../../protocol/viewState.js';
import { ALL } from '../../protocol/query.js';
import { printQuery } from '../../protocol/queryText.js';

/** The views that have something to show of one layer. */
export const LAYER_VIEWS = ['query', 'channels', 'layers', 'network', 'information'] as const;
export type LayerView = (typeof LAYER_VIEWS)[number];

/** `layers` are those of the run, in order of index. */
export function viewOfLayer(view: LayerView, layer: Layer, layers: readonly Layer[]): Partial<ViewState> {
  const { index } = layer;
  const selected = { layer: index, channel: null, sample: null };
  switch (view) {
    case 'query':
      return { ...layerState(layer), selected };
    case 'channels': {
      const other = layers[index + 1] ?? layers[index - 1] ?? layer;
      const [left, right] = [Math.min(index, other.index), Math.max(index, other.index)];
      return { view, selected, channels: { left, right, layer: index, channel: 0, fromFirst: false } };
    }
    case 'layers':
      return { view, selected, layers: { a: layer.inputs[0] ?? index, b: index, order: 'maximum', masked: true } };
    case 'network':
    case 'information':
      return { view, selected };
  }
}

/** Its intra-sample entropy over all epochs. */
function layerState(layer: Layer): Partial<ViewState> {
  const query = printQuery({
    samples: ALL,
    layers: { kind: 'layers', items: [{ kind: 'name', name: layer.name }] },
    channels: ALL,
    epochs: ALL,
  });
  return { view: 'query', query, measure: 'intra', epoch: null };
}
