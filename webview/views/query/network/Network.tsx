/**
 * The recorded network: its diagram over a table on the same columns. A click on a column slices L
 * there, Shift takes all between, Ctrl adds; the source link under a name leads to its line.
 */
import type { VNode } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Layer } from '../../../../src/protocol/run.js';
import type { PictureStack } from '../../../../src/protocol/viewer.js';
import { contains, type Bands } from '../../../selection/bands.js';
import { clicked } from '../../../selection/drag.js';
import type { RunFacts } from '../../../state/facts.js';
import { fitText } from '../../../shell/fitText.js';
import { countWords, plural } from '../../../shell/words.js';
import { useSize } from '../../../shell/useSize.js';
import { inkOf, inkPaths } from '../../../marks/pictures.js';
import { kindWords, shapeWords, sourceWords } from './layerWords.js';
import { networkMarks, type NetworkMarks, type PlacedGlyph } from './networkMarks.js';

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
  const { facts, chosen, onChoose } = props;
  const place = useRef<HTMLDivElement>(null);
  const anchor = useRef<number | null>(null);
  const { width } = useSize(place);
  const count = facts.layers.length;
  const column = Math.max(NARROWEST_COLUMN, Math.min(WIDEST_COLUMN, Math.floor((width - HEADINGS_WIDTH) / count)));
  const marks = useMemo(() => networkMarks(facts.layers, column), [facts.layers, column]);
  const choose = (layer: number, keys: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }): void => {
    const add = keys.ctrlKey || keys.metaKey;
    onChoose(clicked(chosen, layer, count, { add, extend: keys.shiftKey, anchor: anchor.current }));
    if (!keys.shiftKey) anchor.current = layer;
  };
  useEffect(() => scrollToLayer(place.current, chosen[0]?.[0] ?? 0, column), [chosen[0]?.[0], column, width > 0]);
  const total = facts.description.manifest.model.parameterCount;
  return (
    <section class="network" aria-label="Network">
      <div class="section-head">
        <h2>Network</h2>
        <p>
          {plural(count, 'layer')}, {plural(total, 'parameter')}. Click a layer to slice L there, Shift-click for all
          between, Ctrl-click to add.
        </p>
      </div>
      <div class="network-scroll" ref={place}>
        {width > 0 && (
          <div class="network-sheet" style={{ width: `${HEADINGS_WIDTH + marks.width}px` }}>
            <Columns {...props} marks={marks} onColumn={choose} />
            <Diagram marks={marks} {...props} />
            <LayerTable marks={marks} {...props} onColumn={choose} />
          </div>
        )}
      </div>
    </section>
  );
}

function scrollToLayer(place: HTMLElement | null, layer: number, column: number): void {
  if (!place || place.scrollWidth <= place.clientWidth) return;
  const left = layer * column;
  const right = HEADINGS_WIDTH + left + column;
  if (left < place.scrollLeft) place.scrollLeft = left;
  else if (right > place.scrollLeft + place.clientWidth) place.scrollLeft = right - place.clientWidth;
}

type ColumnHandler = (layer: number, keys: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }) => void;

/** The chosen columns' ground, and the whole column as a place to click. */
function Columns({
  facts,
  chosen,
  marks,
  onColumn,
}: NetworkProps & { marks: NetworkMarks; onColumn: ColumnHandler }): VNode {
  return (
    <div class="network-columns" aria-hidden="true">
      {facts.layers.map((layer) => (
        <div
          key={layer.index}
          class={`network-column ${contains(chosen, layer.index) ? 'chosen' : ''}`}
          style={{ left: `${HEADINGS_WIDTH + layer.index * marks.columnWidth}px`, width: `${marks.columnWidth}px` }}
          onClick={(event) => onColumn(layer.index, event)}
        />
      ))}
    </div>
  );
}

function Diagram({ marks, facts, chosen, classMeans }: NetworkProps & { marks: NetworkMarks }): VNode {
  return (
    <svg
      class="network-diagram"
      width={marks.width}
      height={marks.height}
      style={{ marginLeft: `${HEADINGS_WIDTH}px` }}
      role="img"
      aria-label={`Diagram of ${facts.layers.map((layer) => layer.name).join(', ')}`}
    >
      {marks.wires.map((wire) => (
        <g key={`${wire.from} ${wire.to}`}>
          <path class="wire" d={wire.path} />
          {wire.label && (
            <text class="wire-label" x={wire.label.x} y={wire.label.y}>
              shortcut
            </text>
          )}
        </g>
      ))}
      {marks.glyphs.map((glyph) => (
        <g
          key={glyph.layer}
          class={`glyph ${contains(chosen, glyph.layer) ? 'chosen' : ''}`}
          transform={`translate(${glyph.x},${glyph.y})`}
        >
          <GlyphShape placed={glyph} picture={glyph.layer === 0 ? classMeans : null} />
        </g>
      ))}
    </svg>
  );
}

function GlyphShape({ placed, picture }: { placed: PlacedGlyph; picture: PictureStack | null }): VNode {
  const { glyph } = placed;
  switch (glyph.kind) {
    case 'sheets':
      return <Sheets side={glyph.side} count={glyph.count} picture={picture} />;
    case 'cells': {
      const left = -glyph.width / 2;
      const step = glyph.height / glyph.count;
      return (
        <>
          {Array.from({ length: glyph.count }, (_, i) => (
            <rect key={i} x={left} y={i * step - glyph.height / 2} width={glyph.width} height={step} />
          ))}
        </>
      );
    }
    case 'circle':
      return (
        <>
          <circle r={9} />
          <path class="glyph-mark" d={glyph.path} />
        </>
      );
    case 'opaque':
      return (
        <>
          <rect class="opaque" x={-10} y={-10} width={20} height={20} />
          <text class="glyph-text" y={4}>
            ?
          </text>
        </>
      );
  }
}

function Sheets({ side, count, picture }: { side: number; count: number; picture: PictureStack | null }): VNode {
  const ink = picture ? inkOf(picture, Math.min(3, picture.count - 1), 'own') : null;
  const offset = 2.6;
  const left = -side / 2 - ((count - 1) * offset) / 2;
  return (
    <>
      {Array.from({ length: count }, (_, i) => count - 1 - i).map((depth) => (
        <rect
          key={depth}
          x={left + depth * offset}
          y={-side / 2 - depth * offset * 0.6 + 2}
          width={side}
          height={side}
        />
      ))}
      {ink && picture && (
        <g class="glyph-picture" transform={`translate(${left + 1},${-side / 2 + 3})`}>
          {inkPaths(ink, picture.width, picture.height, side - 2, 28).map((level) => (
            <path key={level.opacity} d={level.path} fill-opacity={level.opacity} />
          ))}
        </g>
      )}
    </>
  );
}

function LayerTable({
  marks,
  facts,
  chosen,
  onColumn,
  onOpenSource,
}: NetworkProps & { marks: NetworkMarks; onColumn: ColumnHandler }): VNode {
  const { layers } = facts;
  const most = Math.max(1, ...layers.map((layer) => layer.parameterCount));
  const columns = { gridTemplateColumns: `${HEADINGS_WIDTH}px repeat(${layers.length}, ${marks.columnWidth}px)` };
  const row = (heading: string, cell: (layer: Layer) => VNode | string): VNode => (
    <div role="row" class="network-row" style={columns}>
      <div role="rowheader" class="network-heading">
        {heading}
      </div>
      {layers.map((layer) => (
        <div role="cell" key={layer.index} class="network-cell">
          {cell(layer)}
        </div>
      ))}
    </div>
  );
  const onKey = (event: KeyboardEvent, index: number): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = Math.max(0, Math.min(layers.length - 1, index + step));
    if (step === 0) return;
    event.preventDefault();
    const row = (event.currentTarget as HTMLElement).closest('.network-row');
    row?.querySelectorAll<HTMLElement>('.layer-name')[next]?.focus();
  };
  return (
    <div role="table" aria-label="Layers" class="network-table">
      {row('layer', (layer) => (
        <button
          class={`layer-name ${contains(chosen, layer.index) ? 'chosen' : ''}`}
          aria-pressed={contains(chosen, layer.index)}
          title={layer.name}
          onClick={(event) => onColumn(layer.index, event)}
          onKeyDown={(event) => onKey(event, layer.index)}
        >
          <span class="layer-index">{layer.index}</span>{' '}
          {fitText(layer.name, marks.columnWidth - 20 - 8 * String(layer.index).length, '600 12px')}
        </button>
      ))}
      {row('source', (layer) => {
        const words = sourceWords(layer);
        if (words === null) return <span class="quiet">–</span>;
        return (
          <button
            class="link source-link"
            title={`Go to ${layer.source?.file}:${layer.source?.line}`}
            onClick={() => onOpenSource(layer.index)}
          >
            {words}
          </button>
        );
      })}
      {row('kind', kindWords)}
      {row('output y×x×c', shapeWords)}
      {row('parameters', (layer) => (
        <span class="parameters">
          {layer.parameterCount === 0 ? '–' : countWords(layer.parameterCount)}
          {layer.parameterCount > 0 && (
            <i style={{ width: `${Math.max(1, (layer.parameterCount / most) * 0.5 * marks.columnWidth)}px` }} />
          )}
        </span>
      ))}
    </div>
  );
}
