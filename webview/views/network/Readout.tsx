/** What the cluster under the pointer is and is connected to, beside its card. */
import type { ReadonlySignal } from '@preact/signals';
import type { RefObject, VNode } from 'preact';
import { endKey } from '../../marks/networkEdges.js';
import type { ItemEdges, NetworkItem } from '../../marks/networkItems.js';
import { plural } from '../../text/words.js';
import type { ViewProps } from '../views.js';
import type { RunFacts } from '../../state/facts.js';
import type { BoardView } from './EdgeCanvas.js';
import { channelWord, endName, neighboursOf, strongestWords, type Neighbour } from './networkWords.js';
import { readoutLeft, WIDTH } from './readoutPlace.js';
import type { Board } from './saveNetwork.js';
import { informationWords } from './unitInformation.js';
import { useUnitInformation, type AskedInformation } from './useUnitInformation.js';

export interface ReadoutProps extends ViewProps {
  readonly hovered: ReadonlySignal<string | null>;
  readonly board: Board;
  readonly edges: readonly ItemEdges[];
  readonly view: RefObject<BoardView>;
}

const MOST_NEIGHBOURS = 4;
const LEAST_BELOW = 230;

export function Readout({ hovered, board, edges, viewer, facts, view }: ReadoutProps): VNode | null {
  const place = hovered.value === null ? null : placeOf(board, hovered.value);
  const information = useUnitInformation({ viewer, facts }, shownLayer(board, place), board.result.epoch);
  if (!place) return null;
  const { item, cluster, y } = place;
  const sight = view.current ?? { left: 0, top: 0, width: Infinity, height: Infinity };
  const top = Math.max(sight.top + 8, Math.min(y, sight.top + sight.height - LEAST_BELOW));
  const items = new Map(board.items.map((one) => [one.id, one]));
  const { inputs, outputs } = neighboursOf(item, cluster, edges, items, board.result, facts);
  const left = readoutLeft(place, sight, inputs.length < outputs.length);
  return (
    <div class="network-readout" role="status" style={{ left: `${left}px`, top: `${top}px`, width: `${WIDTH}px` }}>
      <b>{endName(item, cluster, board.result, facts)}</b>
      <Members item={item} cluster={cluster} board={board} facts={facts} />
      <Information asked={information} channels={channelsOf(board, place)} />
      <Sums title="from" neighbours={inputs.slice(0, MOST_NEIGHBOURS)} more={inputs.length - MOST_NEIGHBOURS} />
      <Sums title="to" neighbours={outputs.slice(0, MOST_NEIGHBOURS)} more={outputs.length - MOST_NEIGHBOURS} />
      <span class="quiet">weights summed, Σ w⁺ and Σ |w⁻|</span>
    </div>
  );
}

function Members({
  item,
  cluster,
  board,
  facts,
}: {
  item: NetworkItem;
  cluster: number;
  board: Board;
  facts: RunFacts;
}): VNode {
  if (item.kind === 'stage') return <span class="quiet">{plural(item.stage.layers.length, 'layer')}</span>;
  const clusters = board.result.layers.find(({ layer }) => layer === item.layer)!;
  const { channels } = clusters.clusters[cluster];
  const strongest = strongestWords(clusters, cluster, facts.classNames);
  return (
    <>
      <span class="quiet">{plural(channels.length, channelWord(facts.layers[item.layer]))}</span>
      {strongest && <span>strongest for {strongest}</span>}
    </>
  );
}

/** What the channels tell of the label; a line of its own while it is computed, so that nothing jumps. */
export function Information({
  asked,
  channels,
}: {
  asked: AskedInformation;
  channels: readonly number[];
}): VNode | null {
  if (asked.state === 'none') return null;
  const words = informationWords(asked.units, channels);
  const said = { waiting: '…', failed: 'could not be computed', known: words ?? 'no value' }[asked.state];
  return (
    <span title={asked.n > 0 ? `of a channel’s spatial mean, Ross k = 3, N = ${asked.n}` : undefined}>
      I(c; Y) {said}
    </span>
  );
}

export function Sums({
  title,
  neighbours,
  more,
}: {
  title: string;
  neighbours: readonly Neighbour[];
  more: number;
}): VNode | null {
  if (neighbours.length === 0) return null;
  return (
    <table>
      <tbody>
        {neighbours.map(({ key, name, positive, negative }) => (
          <tr key={key}>
            <th scope="row">
              {title} {name}
            </th>
            <td class="positive">{positive > 0 ? `+${positive.toFixed(1)}` : ''}</td>
            <td class="negative">{negative > 0 ? `−${negative.toFixed(1)}` : ''}</td>
          </tr>
        ))}
        {more > 0 && (
          <tr>
            <th scope="row" class="quiet">
              and {more} more
            </th>
          </tr>
        )}
      </tbody>
    </table>
  );
}

export interface Place {
  readonly item: NetworkItem;
  readonly cluster: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** The layer whose recorded activations stand for a card's; null for a stage. */
export function shownLayer({ result }: Board, place: Place | null): number | null {
  const item = place?.item;
  return item?.kind === 'layer' ? (result.nodes.find(({ layer }) => layer === item.layer)?.shownBy ?? null) : null;
}

function channelsOf({ result }: Board, { item, cluster }: Place): readonly number[] {
  if (item.kind !== 'layer') return [];
  return result.layers.find(({ layer }) => layer === item.layer)?.clusters[cluster].channels ?? [];
}

export function placeOf(board: Board, key: string): Place | null {
  for (const item of board.items) {
    const box = board.places.boxes.get(item.id);
    const cluster = box?.cards.findIndex((_, i) => endKey(item.id, i) === key) ?? -1;
    if (!box || cluster < 0) continue;
    const count =
      item.kind === 'stage' ? 1 : board.result.layers.find(({ layer }) => layer === item.layer)!.clusters.length;
    return cluster < count ? { item, cluster, x: box.x, y: box.cards[cluster].y, width: box.width } : null;
  }
  return null;
}
