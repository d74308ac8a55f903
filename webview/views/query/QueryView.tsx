/** The query view, from top to bottom the order of work: network, slice, query, result. */
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { useUndoKeys } from '../../hooks/useUndoKeys.js';
import type { ViewProps } from '../views.js';
import { ASKED_HERE } from './ask/askedHere.js';
import { QueryBar } from './ask/QueryBar.js';
import { Hypercube } from './hypercube/Hypercube.js';
import { Network } from './network/Network.js';
import { Results } from './results/Results.js';
import { sliceOf, withChannelChoice, withEpochChoice, withLayerChoice, withRows } from './slice.js';
import { SliceStrips } from './slice/SliceStrips.js';
import { latest } from '../../state/loadable.js';

export function QueryView({ viewer, facts }: ViewProps): VNode {
  // Another view may have left a measure that this one does not draw.
  useEffect(() => {
    if (!ASKED_HERE.includes(viewer.measure.peek())) viewer.measure.value = ASKED_HERE[0];
  }, [viewer]);
  useUndoKeys(viewer.slices);
  const query = viewer.query.value;
  const slice = sliceOf(query, facts);
  const classMeans = latest(viewer.classMeans.value);
  const change = {
    rows: (rows: typeof slice.layers) => (viewer.query.value = withRows(viewer.query.peek(), rows, facts)),
    layers: (layers: typeof slice.layers) => (viewer.query.value = withLayerChoice(viewer.query.peek(), layers, facts)),
    channels: (channels: typeof slice.layers) =>
      (viewer.query.value = withChannelChoice(viewer.query.peek(), channels, slice.layer)),
    epochs: (epochs: typeof slice.layers) => (viewer.query.value = withEpochChoice(viewer.query.peek(), epochs, facts)),
  };
  return (
    <main class="query-view">
      <Network
        facts={facts}
        chosen={slice.layers}
        classMeans={classMeans}
        onChoose={change.layers}
        onOpenSource={(layer) => void viewer.openSource(layer)}
      />
      <div class="query-middle">
        <Hypercube
          facts={facts}
          slice={slice}
          cursorEpoch={viewer.cursorEpoch.value}
          change={change}
          onEpoch={(epoch) => (viewer.epoch.value = epoch)}
        />
        <SliceStrips
          facts={facts}
          slice={slice}
          query={query}
          change={change}
          classMeans={viewer.classMeans.value}
          channelMeans={viewer.channelMeans.value}
          metrics={latest(viewer.metrics.value)}
          pinned={viewer.classes.value ?? []}
          cursorEpoch={viewer.cursorEpoch.value}
          onEpoch={(epoch) => (viewer.epoch.value = epoch)}
          onAsk={viewer.ask}
          onRetry={viewer.retryMeans}
        />
      </div>
      <QueryBar viewer={viewer} facts={facts} />
      <Results viewer={viewer} facts={facts} />
    </main>
  );
}
