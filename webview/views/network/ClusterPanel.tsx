/** The chosen cluster in full: its channels, to be opened or put into another cluster; how many clusters its layer has. */
import type { VNode } from 'preact';
import { Button } from '../../controls/controls.js';
import type { ItemEdges } from '../../marks/networkItems.js';
import type { RunFacts } from '../../state/facts.js';
import type { Viewer } from '../../state/viewer.js';
import { layerLabel } from '../../text/layerLabel.js';
import { plural } from '../../text/words.js';
import { CHANNEL_TYPE } from './ClusterCard.js';
import { withCount, withMove, type ChoiceSteps } from './networkChoice.js';
import { channelWord, clusterName, neighboursOf, strongestWords } from './networkWords.js';
import { Information, placeOf, shownLayer, Sums } from './Readout.js';
import type { Board } from './saveNetwork.js';
import { informationWords } from './unitInformation.js';
import { useUnitInformation } from './useUnitInformation.js';

export interface ClusterPanelProps {
  readonly board: Board;
  readonly edges: readonly ItemEdges[];
  readonly facts: RunFacts;
  readonly viewer: Viewer;
  readonly chosen: string;
  readonly steps: ChoiceSteps;
  readonly onClose: () => void;
}

const MOST_ROWS = 5;

export function ClusterPanel({ board, edges, facts, viewer, chosen, steps, onClose }: ClusterPanelProps): VNode | null {
  const place = placeOf(board, chosen);
  const information = useUnitInformation({ viewer, facts }, shownLayer(board, place), board.result.epoch);
  if (!place || place.item.kind !== 'layer') return null;
  const { item, cluster } = place;
  const layer = facts.layers[item.layer];
  const clusters = board.result.layers.find((one) => one.layer === item.layer)!;
  const { channels, moved } = clusters.clusters[cluster];
  const items = new Map(board.items.map((one) => [one.id, one]));
  const { inputs, outputs } = neighboursOf(item, cluster, edges, items, board.result, facts);
  const strongest = strongestWords(clusters, cluster, facts.classNames, 5);
  const move = (channel: number, to: number): void => {
    if (to !== cluster && to <= clusters.clusters.length)
      steps.change({ moves: withMove(steps.choice.moves, item.layer, channel, to) });
  };
  const titleOf = (channel: number): string | undefined => {
    const bits = informationWords(information.units, [channel]);
    const all = [...(moved.includes(channel) ? ['moved here manually'] : []), ...(bits ? [`I(c; Y) ${bits}`] : [])];
    return all.length > 0 ? all.join(', ') : undefined;
  };
  const shownBy = shownLayer(board, place);
  const { selected } = viewer;
  const isSelected = (channel: number): boolean =>
    selected.value.channel === channel && [item.layer, shownBy].includes(selected.value.layer);
  const open = (channel: number): void => {
    viewer.select({ layer: shownBy ?? item.layer, channel });
    viewer.view.value = 'channels';
  };
  return (
    <section class="network-panel" aria-label="Selected cluster">
      <header>
        <h2>
          {layerLabel(layer)}, cluster {clusterName(cluster)}
        </h2>
        <span class="quiet">
          {plural(channels.length, channelWord(layer))}
          {strongest ? ` · strongest for ${strongest}` : ''}
        </span>
        <Information asked={information} channels={channels} />
        {layer.source && (
          <button class="link" onClick={() => void viewer.openSource(layer.index)}>
            {layer.source.file}:{layer.source.line}
          </button>
        )}
        <button class="link network-close" aria-label="Close the cluster panel" onClick={onClose}>
          Close
        </button>
      </header>
      <div class="network-panel-parts">
        <div>
          <h3>Channels</h3>
          <p class="quiet">
            Click a channel to open it. To move it, drag it onto another cluster of the layer or press the letter of
            that cluster;
            {` ${clusterName(clusters.clusters.length)} creates a new cluster.`}
          </p>
          <ul class="network-chips">
            {channels.map((channel) => (
              <li key={channel}>
                <button
                  draggable
                  class={`${moved.includes(channel) ? 'moved' : ''} ${isSelected(channel) ? 'selected' : ''}`}
                  aria-current={isSelected(channel) ? 'true' : undefined}
                  title={titleOf(channel)}
                  aria-label={[`${channelWord(layer)} ${channel}`, titleOf(channel)].filter(Boolean).join(', ')}
                  onClick={() => open(channel)}
                  onDragStart={(event) => event.dataTransfer?.setData(CHANNEL_TYPE, `${item.layer} ${channel}`)}
                  onKeyDown={(event) => {
                    if (/^[a-z]$/i.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey)
                      move(channel, event.key.toUpperCase().charCodeAt(0) - 65);
                  }}
                >
                  {channel}
                </button>
              </li>
            ))}
          </ul>
        </div>
        <CountControl layer={item.layer} clusters={clusters} steps={steps} />
        <div>
          <h3>Weights in</h3>
          <Sums title="" neighbours={inputs.slice(0, MOST_ROWS)} more={inputs.length - MOST_ROWS} />
        </div>
        <div>
          <h3>Weights out</h3>
          <Sums title="" neighbours={outputs.slice(0, MOST_ROWS)} more={outputs.length - MOST_ROWS} />
        </div>
      </div>
    </section>
  );
}

interface CountControlProps {
  readonly layer: number;
  readonly clusters: Board['result']['layers'][number];
  readonly steps: ChoiceSteps;
}

function CountControl({ layer, clusters, steps }: CountControlProps): VNode {
  const { countBy, criterion, channelOrder } = clusters;
  const byHand = steps.choice.counts.find(([of]) => of === layer)?.[1] ?? null;
  const count = byHand ?? clusters.clusters.length;
  const set = (next: number | null): void => steps.change(withCount(steps.choice, layer, next));
  const value = criterion.find((one) => one.clusters === count);
  return (
    <div>
      <h3>Clusters of the layer</h3>
      <div class="network-count">
        <Button secondary label="Fewer clusters" disabled={count <= 1} onClick={() => set(count - 1)}>
          −
        </Button>
        <output>{count}</output>
        <Button secondary label="More clusters" disabled={count >= channelOrder.length} onClick={() => set(count + 1)}>
          +
        </Button>
        {byHand !== null && (
          <button class="link" onClick={() => set(null)}>
            by silhouette
          </button>
        )}
      </div>
      <p class="quiet">
        {countBy === 'hand' ? 'set manually' : countBy === 'units' ? 'one per unit' : 'highest mean silhouette'}
        {value ? ` (${value.value.toFixed(2)})` : ''}
      </p>
    </div>
  );
}
