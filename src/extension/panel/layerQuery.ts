/** What a panel shows of one layer at first: its intra-sample entropy over all epochs. */
import type { Layer } from '../../protocol/run.js';
import type { ViewState } from '../../protocol/viewer.js';
import { ALL } from '../../protocol/query.js';
import { printQuery } from '../../protocol/queryText.js';

export function layerState(layer: Layer): Partial<ViewState> {
  const query = printQuery({
    samples: ALL,
    layers: { kind: 'layers', items: [{ kind: 'name', name: layer.name }] },
    channels: ALL,
    epochs: ALL,
  });
  return { view: 'query', query, measure: 'intra', epoch: null };
}
