/**
 * The recorded network: its diagram over a table on the same columns. A click on a column slices L
 * there, Shift takes all between, Ctrl adds; the source link under a name leads to its line. A deep
 * network is folded by the size of its maps, and unfolded size by size.
 */
import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PictureStack } from '../../../../src/protocol/viewer.js';
import { bandsOf, indicesOf, type Bands } from '../../../selection/bands.js';
import { clicked } from '../../../selection/drag.js';
import { plural } from '../../../text/words.js';
import { useSize } from '../../../hooks/useSize.js';
import type { RunFacts } from '../../../state/facts.js';
import { LayerTable, type ColumnHandler } from './LayerTable.js';
import { NetworkDiagram } from './NetworkDiagram.js';
import { networkMarks } from './networkMarks.js';
import { asLayers, columnsOf, foldedAtFirst, isFoldable, resolutionsOf, type Column } from './resolutions.js';

export interface NetworkProps {
  readonly facts: RunFacts;
  readonly chosen: Bands;
  readonly classMeans: PictureStack | null;
  readonly onChoose: (layers: Bands) => void;
  readonly onOpenSource: (layer: number) => void;
}

const HEADINGS_WIDTH = 98;
const NARROWEST_COLUMN = 92;
const WIDEST_COLUMN = 190;

export function Network(props: NetworkProps): VNode {
  const { facts, chosen, classMeans, onChoose, onOpenSource } = props;
  const place = useRef<HTMLDivElement>(null);
  const anchor = useRef<number | null>(null);
  const { width } = useSize(place);
  const first = chosen[0]?.[0] ?? 0;
  const { columns, folded, setFolded, foldable } = useColumns(facts, first);
  const room = Math.floor((width - HEADINGS_WIDTH) / columns.length);
  const columnWidth = Math.max(NARROWEST_COLUMN, Math.min(WIDEST_COLUMN, room));
  const marks = useMemo(() => networkMarks(asLayers(columns), columnWidth), [columns, columnWidth]);
  const isChosen = (column: Column): boolean => chosen.some(([from, to]) => from <= column.to && column.from <= to);
  const choose: ColumnHandler = (column, keys) => {
    onChoose(choiceOf(chosen, column, facts.layers.length, keys, anchor.current));
    if (!keys.shiftKey) anchor.current = column.from;
  };
  const at = columns.find((column) => column.from <= first && first <= column.to)?.place ?? 0;
  useEffect(() => scrollToColumn(place.current, at, columnWidth), [at, columnWidth, width > 0]);
  const total = facts.description.manifest.model.parameterCount;
  return (
    <section class="network" aria-label="Network">
      <div class="section-head">
        <h2>Network</h2>
        <p>
          {plural(facts.layers.length, 'layer')}, {plural(total, 'parameter')}. Click a layer to slice L there,
          Shift-click to select a range, Ctrl-click to add.
        </p>
        {foldable.length > 1 && (
          <button class="link" onClick={() => setFolded(folded.size > 0 ? new Set() : new Set(foldable))}>
            {folded.size > 0 ? 'Show all layers' : 'Fold by map size'}
          </button>
        )}
      </div>
      <div class="network-scroll scroll-cue" ref={place}>
        {width > 0 && (
          <div class="network-sheet" style={{ width: `${HEADINGS_WIDTH + marks.width}px` }}>
            <Grounds columns={columns} columnWidth={columnWidth} isChosen={isChosen} onColumn={choose} />
            <NetworkDiagram {...{ marks, columns, isChosen, classMeans }} left={HEADINGS_WIDTH} />
            <LayerTable
              {...{ columns, columnWidth, isChosen, onOpenSource }}
              headingsWidth={HEADINGS_WIDTH}
              onColumn={choose}
              onUnfold={(from) => setFolded(new Set([...folded].filter((one) => one !== from)))}
            />
          </div>
        )}
      </div>
    </section>
  );
}

/** What is folded: what a person folded, else all of a deep network but the resolution that is looked at. */
function useColumns({ layers }: RunFacts, chosen: number) {
  const resolutions = useMemo(() => resolutionsOf(layers), [layers]);
  const [own, setFolded] = useState<ReadonlySet<number> | null>(null);
  const atFirst = useMemo(() => foldedAtFirst(layers, resolutions, chosen), [layers, resolutions, chosen]);
  const folded = own ?? atFirst;
  const columns = useMemo(() => columnsOf(layers, resolutions, folded), [layers, resolutions, folded]);
  const foldable = useMemo(() => resolutions.filter(isFoldable).map(({ from }) => from), [resolutions]);
  return { columns, folded, setFolded, foldable };
}

/** A folded resolution is chosen as a whole. */
function choiceOf(
  chosen: Bands,
  { from, to }: Column,
  count: number,
  keys: Parameters<ColumnHandler>[1],
  anchor: number | null,
): Bands {
  const add = keys.ctrlKey || keys.metaKey;
  if (from === to || keys.shiftKey)
    return clicked(chosen, keys.shiftKey ? to : from, count, { add, extend: keys.shiftKey, anchor });
  const own = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return bandsOf(add ? [...new Set([...indicesOf(chosen), ...own])] : own, count);
}

function scrollToColumn(place: HTMLElement | null, at: number, column: number): void {
  if (!place || place.scrollWidth <= place.clientWidth) return;
  const left = at * column;
  const right = HEADINGS_WIDTH + left + column;
  if (left < place.scrollLeft) place.scrollLeft = left;
  else if (right > place.scrollLeft + place.clientWidth) place.scrollLeft = right - place.clientWidth;
}

interface GroundsProps {
  readonly columns: readonly Column[];
  readonly columnWidth: number;
  readonly isChosen: (column: Column) => boolean;
  readonly onColumn: ColumnHandler;
}

/** The chosen columns' ground, and the whole column as a place to click. */
function Grounds({ columns, columnWidth, isChosen, onColumn }: GroundsProps): VNode {
  return (
    <div class="network-columns" aria-hidden="true">
      {columns.map((column) => (
        <div
          key={column.from}
          class={`network-column ${isChosen(column) ? 'chosen' : ''}`}
          style={{ left: `${HEADINGS_WIDTH + column.place * columnWidth}px`, width: `${columnWidth}px` }}
          onClick={(event) => onColumn(column, event)}
        />
      ))}
    </div>
  );
}
