/** One layer's boxes: hundreds of them scroll, and only those in sight are asked for and drawn. */
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { IntraResult } from '../../../src/protocol/measure.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { SmallMultiples } from '../../chart/SmallMultiples.js';
import { columnsFor, type Panel } from '../../marks/smallMultiples.js';
import { layerLabel } from '../../text/layerLabel.js';
import { useSize } from '../../hooks/useSize.js';
import { countWords, plural, shortWords } from '../../text/words.js';
import { sourceWords } from '../query/network/layerWords.js';
import { csvOf } from '../query/results/csv.js';
import { epochDomain, fileName } from '../query/results/chartParts.js';
import { firstEpochOf, panelAt, unknownPanel } from './channelPanels.js';
import { countStates } from './channelStates.js';
import type { ChannelsProps } from './ChannelsView.js';
import { panelKey, panelWindow, scrollTo, type PanelGrid } from './panelWindow.js';
import type { Side } from './useSide.js';

const PANEL = { panelHeight: 94, minPanelWidth: 62, gap: 20 } as const;
/** Rows in sight; more scroll. */
const ROWS = 4;
/** The epochs' numbers under the last row. */
const FOOT = 18;
const NO_THUMBNAILS = new Map<string, never>();

export interface ChannelSideProps extends ChannelsProps {
  readonly side: Side;
  readonly ceiling: number;
  readonly columns: number;
}

export function ChannelSide(props: ChannelSideProps): VNode {
  const { viewer, facts, side } = props;
  const { layer, blocks } = side;
  return (
    <ChartFrame<IntraResult>
      title={shortWords(layerLabel(layer), 40)}
      answer={blocks.value}
      invitation=""
      finding={() => sideWords(props)}
      caption={() => <SideFoot {...props} />}
      captionBelow
      csv={(result) => csvOf(result, facts.layers)}
      fileName={fileName(facts, `channel-entropies-${layer.name}`)}
      onSave={(file) => void viewer.save(file)}
      onRetry={blocks.retry}
      draw={() => <Boxes {...props} />}
    />
  );
}

/** "layer 3 · 16 channels of 8 × 8 · 2 dead, 1 saturated at epoch 5". */
function sideWords({ viewer, side, statesOf }: ChannelSideProps): string {
  const { index, channelCount, mapShape } = side.layer;
  const epoch = viewer.restedEpoch.value;
  const states = statesOf(index);
  const counts = states && countStates(states, epoch);
  const parts = counts
    ? [
        counts.dead > 0 ? `${countWords(counts.dead)} dead` : '',
        counts.saturated > 0 ? `${countWords(counts.saturated)} saturated` : '',
      ].filter((part) => part !== '')
    : [];
  const silent = parts.length > 0 ? ` · ${parts.join(', ')} at epoch ${epoch}` : '';
  return `layer ${index} · ${plural(channelCount, 'channel')} of ${mapShape.join(' × ')}${silent}`;
}

/** Where the layer's line is, and which channels are in sight. */
function SideFoot({ viewer, side }: ChannelSideProps): VNode {
  const {
    layer,
    channels: [first, last],
  } = side;
  const source = sourceWords(layer);
  const some = last - first + 1 < layer.channelCount;
  return (
    <>
      {source !== null && (
        <button class="link" onClick={() => void viewer.openSource(layer.index)}>
          {source}
        </button>
      )}
      {some && (
        <span class="pages">
          channels {first}–{last} of {countWords(layer.channelCount)}; scroll or use the arrow keys
        </span>
      )}
    </>
  );
}

function Boxes(props: ChannelSideProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  const { layer } = props.side;
  const columns = columnsFor({ ...PANEL, width, maxColumns: props.columns }, layer.channelCount);
  const rows = Math.ceil(layer.channelCount / columns);
  const grid: PanelGrid = {
    columns,
    count: layer.channelCount,
    rowHeight: PANEL.panelHeight,
    height: Math.min(rows, ROWS) * PANEL.panelHeight,
  };
  return (
    <Scroll key={layer.index} {...props} grid={grid} known={width > 0}>
      <div class="boxes-all" ref={place} style={{ height: `${rows * PANEL.panelHeight + FOOT}px` }}>
        <BoxesInSight {...props} />
      </div>
    </Scroll>
  );
}

type ScrollProps = ChannelSideProps & {
  readonly grid: PanelGrid;
  readonly known: boolean;
  readonly children: VNode;
};

/** Scrolls by wheel and bar, and walks the choice by keys; the chosen box is kept in sight. */
function Scroll({ side, choice, onChoice, grid, known, children }: ScrollProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const follow = useRef(false);
  const { layer, window, onWindow } = side;
  const look = (): void => {
    const next = panelWindow(grid, place.current?.scrollTop ?? 0);
    if (next.first !== window.first || next.last !== window.last) onWindow(next);
  };
  useEffect(() => {
    if (known) look();
  }, [known, grid.columns, grid.count]);
  const chosen = choice.layer === layer.index ? choice.channel : null;
  useLayoutEffect(() => {
    const element = place.current;
    if (!element || chosen === null || !known) return;
    const to = scrollTo(grid, element.scrollTop, chosen);
    if (to !== null) element.scrollTop = to;
  }, [chosen, known, grid.columns]);
  useEffect(() => {
    if (!follow.current) return;
    const box = place.current?.querySelector<SVGGElement>('[aria-pressed="true"]');
    if (box) {
      follow.current = false;
      box.focus({ preventScroll: true });
    }
  });
  const onKey = (event: KeyboardEvent): void => {
    const next = chosen === null ? null : panelKey(event.key, chosen, grid);
    if (next === null) return;
    event.preventDefault();
    follow.current = true;
    onChoice({ layer: layer.index, channel: next });
  };
  return (
    <div
      class="boxes-scroll"
      ref={place}
      style={{ maxHeight: `${grid.height + FOOT}px` }}
      onScroll={look}
      onKeyDown={onKey}
    >
      {children}
    </div>
  );
}

/** By itself the only part of a side that a moving slider draws again. */
function BoxesInSight({ viewer, facts, choice, onChoice, side, ceiling, columns }: ChannelSideProps): VNode {
  const epochs = useMemo(
    () => [firstEpochOf(choice.fromFirst, facts.lastWhole), epochDomain(facts)[1]] as const,
    [facts, choice.fromFirst],
  );
  const epoch = viewer.cursorEpoch.value;
  const panels = usePanels(side, epoch);
  return (
    <div class="boxes-in-sight" style={{ top: `${side.window.top}px` }}>
      <SmallMultiples
        panels={panels}
        {...PANEL}
        maxColumns={columns}
        epochs={epochs}
        ceiling={ceiling}
        cursorEpoch={epoch}
        thumbnails={NO_THUMBNAILS}
        description={`Map entropy over epochs of the channels of ${layerLabel(side.layer)}`}
        chosen={choice.layer === side.layer.index ? String(choice.channel) : null}
        onPanel={(id) => onChoice({ layer: side.layer.index, channel: Number(id) })}
      />
    </div>
  );
}

function usePanels({ courses, channels: [first, last] }: Side, epoch: number): readonly Panel[] {
  return useMemo(() => {
    const known = new Map(courses.map((course) => [course.channel, course]));
    return Array.from({ length: last - first + 1 }, (_, i) => {
      const course = known.get(first + i);
      return course ? panelAt(course, epoch) : unknownPanel(first + i);
    });
  }, [courses, first, last, epoch]);
}
