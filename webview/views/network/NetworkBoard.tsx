/** The board: columns of cards and closed stages over the bundled edges; hover and keys trace one cluster. */
import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { LayerClusters } from '../../../src/protocol/network.js';
import { endKey, tracesOf, type EdgeCurve } from '../../marks/networkEdges.js';
import type { ItemEdges, NetworkItem } from '../../marks/networkItems.js';
import type { PlacedBox } from '../../marks/networkLayout.js';
import type { RunFacts } from '../../state/facts.js';
import type { Viewer } from '../../state/viewer.js';
import { layerLabel } from '../../text/layerLabel.js';
import { useSize } from '../../hooks/useSize.js';
import { plural } from '../../text/words.js';
import { nextCard } from './boardKeys.js';
import { ClusterCard } from './ClusterCard.js';
import { EdgeCanvas, type BoardView } from './EdgeCanvas.js';
import { DeadRow, LayerHead, nodeOf } from './LayerHead.js';
import { channelWord, clusterName, pinnedWords, strongestWords } from './networkWords.js';
import { Readout } from './Readout.js';
import type { Board } from './saveNetwork.js';
import { StageBox } from './StageBox.js';

export interface NetworkBoardProps {
  readonly board: Board;
  readonly edges: readonly ItemEdges[];
  readonly viewer: Viewer;
  readonly facts: RunFacts;
  /** Key of the chosen cluster. */
  readonly chosen: string | null;
  readonly facet: number | null;
  readonly failures: ReadonlyMap<number, string>;
  readonly onChoose: (key: string | null) => void;
  readonly onStage: (id: string, open: boolean) => void;
  readonly onMove: (layer: number, channel: number, cluster: number) => void;
}

export function NetworkBoard(props: NetworkBoardProps): VNode {
  const { board, chosen } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const world = useRef<HTMLDivElement>(null);
  const size = useSize(scroller);
  const view = useRef<BoardView>({ left: 0, top: 0, width: 0, height: 0 });
  const look = (): void => {
    const place = scroller.current;
    if (!place) return;
    const { scrollLeft: left, scrollTop: top, clientWidth: width, clientHeight: height } = place;
    view.current = { left, top, width, height };
  };
  const hovered = useSignal<string | null>(null);
  const traced = useSignal<readonly EdgeCurve[] | null>(null);
  const marked = useRef<Element[]>([]);
  const elements = useRef<ReadonlyMap<string, HTMLElement>>(new Map());
  const traces = useMemo(() => tracesOf(board.curves), [board.curves]);
  const trace = (key: string | null): void => {
    const shown = key ?? chosen;
    hovered.value = key;
    for (const element of marked.current) element.classList.remove('traced');
    marked.current = [];
    world.current?.classList.toggle('tracing', shown !== null);
    if (shown === null) {
      traced.value = null;
      return;
    }
    const found = traces.get(shown);
    traced.value = found?.curves ?? [];
    for (const end of found?.ends ?? [shown]) {
      const element = elements.current.get(end);
      element?.classList.add('traced');
      if (element) marked.current.push(element);
    }
  };
  useEffect(() => {
    const all = world.current?.querySelectorAll<HTMLElement>('[data-key]') ?? [];
    elements.current = new Map([...all].map((element) => [element.dataset['key'] ?? '', element]));
  }, [board.places]);
  useEffect(() => trace(null), [board.curves, chosen]);
  useLayoutEffect(() => {
    const place = scroller.current;
    const beyond = place ? board.places.height - place.clientHeight : 0;
    // A little beyond: heads stay in sight. Much: the tallest column's middle, around which the others stand.
    if (place) place.scrollTop = beyond < place.clientHeight / 2 ? 0 : beyond / 2;
    look();
  }, [board.places.height]);
  useLayoutEffect(look, [size.width, size.height]);
  const keyUnder = (event: Event): string | null =>
    (event.target as Element).closest<HTMLElement>('[data-key]')?.dataset['key'] ?? null;
  const onKey = (event: KeyboardEvent): void => {
    const key = keyUnder(event);
    if (key === null) return;
    if (event.key === 'Escape') return props.onChoose(null);
    if ((event.key === 'Enter' || event.key === ' ') && event.target === event.currentTarget) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      return activate(key);
    }
    const next = nextCard(key, event.key, board.places);
    if (next === null) return;
    event.preventDefault();
    elements.current.get(next)?.focus();
  };
  const activate = (key: string): void => {
    const stage = board.items.find((item) => item.kind === 'stage' && endKey(item.id, 0) === key);
    if (stage?.kind === 'stage') props.onStage(stage.stage.id, true);
    else props.onChoose(key === chosen ? null : key);
  };
  const columns = useMemo(
    () => board.items.map((item) => <Column key={item.id} {...props} item={item} />),
    [board, chosen, props.facet, props.failures],
  );
  return (
    <div class="network-scroller" ref={scroller} onScroll={look}>
      <div
        class="network-world"
        ref={world}
        role="group"
        aria-label="The network: columns are layers, cards are clusters of channels. Use the arrow keys to move between cards."
        style={{ width: `${board.places.width}px`, height: `${board.places.height}px` }}
        onPointerOver={(event) => {
          const key = keyUnder(event);
          if (key !== hovered.peek()) trace(key);
        }}
        onPointerLeave={() => trace(null)}
        onFocusIn={(event) => trace(keyUnder(event))}
        onKeyDown={onKey}
        onClick={(event) => {
          const key = keyUnder(event);
          if (key !== null && !(event.target as Element).closest('.link')) activate(key);
        }}
      >
        <EdgeCanvas
          curves={board.curves}
          traced={traced}
          scroller={scroller}
          view={view}
          size={size}
          world={board.places}
          colours={board.colours}
        />
        {columns}
        <Readout {...props} {...{ hovered, view }} />
      </div>
    </div>
  );
}

function Column(props: NetworkBoardProps & { item: NetworkItem }): VNode {
  const { item, board, facts, viewer } = props;
  const box = board.places.boxes.get(item.id)!;
  if (item.kind === 'stage')
    return (
      <StageBox
        stage={item.stage}
        result={board.result}
        layers={facts.layers}
        box={box}
        selected={item.stage.layers.includes(nodeOf(board.result, viewer.selected.value.layer) ?? -1)}
        dead={deadIn(board, item.stage.layers)}
        isFirst={item === board.items[0]}
      />
    );
  const clusters = board.result.layers.find(({ layer }) => layer === item.layer)!;
  return (
    <>
      <LayerHead {...props} item={item} box={box} />
      {clusters.clusters.map((_, i) => (
        <Card key={i} {...props} item={item} box={box} clusters={clusters} cluster={i} />
      ))}
      {box.cards.length > clusters.clusters.length && (
        <DeadRow clusters={clusters} box={box} place={box.cards.at(-1)!} />
      )}
    </>
  );
}

interface CardProps extends NetworkBoardProps {
  readonly item: NetworkItem & { kind: 'layer' };
  readonly box: PlacedBox;
  readonly clusters: LayerClusters;
  readonly cluster: number;
}

function Card({ item, box, clusters, cluster, board, viewer, facts, chosen, facet, onMove }: CardProps): VNode {
  const layer = facts.layers[item.layer];
  const key = endKey(item.id, cluster);
  const { channels, classShares } = clusters.clusters[cluster];
  const content = board.contentOf(item, cluster);
  const isUnit = content.kind === 'unit';
  const title = isUnit ? (facts.classNames[channels[0]] ?? String(channels[0])) : clusterName(cluster);
  const strongest = strongestWords(clusters, cluster, facts.classNames);
  const pinned = pinnedWords(clusters, cluster, viewer.classes.value, facts.classNames);
  const largest = Math.max(...clusters.clusters.map((one) => one.classShares[facet ?? 0] ?? 0));
  return (
    <ClusterCard
      id={key}
      title={title}
      count={plural(channels.length, channelWord(layer))}
      label={`${layerLabel(layer)}, ${isUnit ? `unit of ${title}` : `cluster ${title}: ${plural(channels.length, channelWord(layer))}`}${strongest && !isUnit ? `, strongest for ${strongest}` : ''}${pinned ? `; pinned: ${pinned}` : ''}`}
      pinned={pinned}
      content={content}
      x={box.x}
      y={box.cards[cluster].y}
      width={box.width}
      height={box.cards[cluster].height}
      chosen={key === chosen}
      faint={facet !== null && (classShares[facet] ?? 0) < largest / 2}
      current={chosen === null ? item === board.items[0] && cluster === 0 : key === chosen}
      colours={board.colours}
      onDrop={(text) => {
        const [from, channel] = text.split(' ').map(Number);
        if (from === item.layer && !channels.includes(channel)) onMove(item.layer, channel, cluster);
      }}
    />
  );
}

function deadIn({ result }: Board, layers: readonly number[]): number {
  return result.layers.filter(({ layer }) => layers.includes(layer)).reduce((sum, { dead }) => sum + dead.length, 0);
}
