/**
 * One axis of the hypercube as a strip of cells with bands over it. Dragging an edge or a band, clicking,
 * double-clicking and keys change the bands; a strip too long for its width shows a page and an overview.
 */
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { allOf, contains, type Bands } from '../../../selection/bands.js';
import { clicked, dragged, grabAt, keyed, type Caret, type Grab } from '../../../selection/drag.js';
import { useDrag } from '../../../hooks/useDrag.js';
import { useSize } from '../../../hooks/useSize.js';
import { bandBox, cellAt, edgeAt, offsetShowing, stripLayout, type StripLayout } from './stripLayout.js';

export interface StripProps {
  /** X, L, C or T. */
  readonly letter: string;
  readonly word: string;
  readonly count: number;
  /** Null: the query chooses in a way that the strip does not show. */
  readonly bands: Bands | null;
  readonly height: number;
  readonly minCell: number;
  /** Cells may become as narrow as they must. */
  readonly thins?: boolean;
  readonly cell: (index: number, chosen: boolean, width: number) => ComponentChildren;
  readonly cellName: (index: number) => string;
  readonly cellClass?: (index: number) => string;
  readonly term: string;
  readonly notes: readonly string[];
  /** Where what the strip shows could not be read. */
  readonly onRetry?: (() => void) | undefined;
  readonly onChange: (bands: Bands) => void;
  /** The cell that was clicked or reached by keys. */
  readonly onVisit?: (index: number) => void;
  readonly onEnter: () => void;
}

export function Strip(props: StripProps): VNode {
  const { count, bands } = props;
  const track = useRef<HTMLDivElement>(null);
  const { width } = useSize(track);
  const [offset, setOffset] = useState(0);
  const [caret, setCaret] = useState<Caret>({ anchor: 0, focus: 0 });
  const layout = stripLayout(Math.max(1, width), count, {
    minCell: props.minCell,
    offset,
    thins: props.thins ?? false,
  });
  const first = bands?.[0]?.[0];
  useEffect(() => {
    if (first !== undefined && !contains([[layout.offset, layout.offset + layout.visible - 1]], first)) {
      setOffset(offsetShowing(layout, first));
    }
  }, [first, count]);
  useStripDrag(track, layout, props, caret, setCaret);
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') return props.onEnter();
    const focus = Math.min(caret.focus, count - 1);
    const press = { key: event.key, shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey };
    const next = keyed(bands ?? allOf(count), { anchor: Math.min(caret.anchor, count - 1), focus }, press, count);
    if (!next) return;
    event.preventDefault();
    setCaret(next.caret);
    setOffset(offsetShowing(layout, next.caret.focus));
    props.onChange(next.bands);
    props.onVisit?.(next.caret.focus);
  };
  const id = `strip-${props.letter}`;
  return (
    <div class={`strip strip-${props.letter}`}>
      <div class="strip-axis" id={`${id}-name`}>
        <b>{props.letter}</b> <span>{props.word}</span>
      </div>
      <div class="strip-middle">
        <div
          ref={track}
          class="strip-track"
          style={{ height: `${props.height}px` }}
          role="listbox"
          aria-multiselectable="true"
          aria-labelledby={`${id}-name`}
          aria-activedescendant={`${id}-${caret.focus}`}
          tabIndex={0}
          onKeyDown={onKey}
          onDblClick={() => props.onChange(allOf(count))}
          onWheel={(event) =>
            layout.paged &&
            Math.abs(event.deltaX) > Math.abs(event.deltaY) &&
            setOffset(layout.offset + Math.sign(event.deltaX))
          }
        >
          {width > 0 && <Cells {...props} layout={layout} id={id} caret={caret} />}
          {width > 0 && bands?.map((band, i) => <Band key={i} layout={layout} band={band} />)}
        </div>
        {layout.paged && (
          <Overview layout={layout} count={count} bands={bands ?? []} onOffset={setOffset} word={props.word} />
        )}
      </div>
      <div class="strip-term">
        <code title={props.term}>{props.term}</code>
        {props.notes.map((note) => (
          <span key={note}>{note}</span>
        ))}
        {props.onRetry && (
          <button class="link" onClick={props.onRetry}>
            Try again
          </button>
        )}
      </div>
    </div>
  );
}

function useStripDrag(
  track: { current: HTMLDivElement | null },
  layout: StripLayout,
  props: StripProps,
  caret: Caret,
  setCaret: (caret: Caret) => void,
): void {
  const start = useRef<{ bands: Bands; grab: Grab; index: number } | null>(null);
  const { count, onChange } = props;
  useDrag(track, {
    start(at) {
      track.current?.focus({ preventScroll: true });
      const bands = props.bands ?? allOf(count);
      const edge = at.ctrl ? null : edgeAt(layout, bands, at.x);
      const index = cellAt(layout, at.x);
      start.current = { bands, index, grab: edge ? { kind: 'edge', ...edge } : grabAt(bands, index, count, at.ctrl) };
    },
    move(at) {
      const held = start.current;
      if (held) onChange(dragged(held.bands, held.grab, held.index, cellAt(layout, at.x), count));
    },
    end(at, moved) {
      const index = cellAt(layout, at.x);
      if (moved || !start.current) return;
      onChange(clicked(start.current.bands, index, count, { add: at.ctrl, extend: at.shift, anchor: caret.anchor }));
      setCaret({ anchor: at.shift ? caret.anchor : index, focus: index });
      props.onVisit?.(index);
    },
  });
}

function Cells(props: StripProps & { layout: StripLayout; id: string; caret: Caret }): VNode {
  const { layout, bands } = props;
  const cells = Array.from({ length: layout.visible }, (_, i) => layout.offset + i);
  return (
    <>
      {cells.map((index) => {
        const chosen = bands !== null && contains(bands, index);
        return (
          <div
            key={index}
            id={`${props.id}-${index}`}
            role="option"
            aria-selected={chosen}
            class={`strip-cell ${chosen ? 'chosen' : ''} ${index === props.caret.focus ? 'focused' : ''} ${props.cellClass?.(index) ?? ''}`}
            style={{ left: `${(index - layout.offset) * layout.cellWidth}px`, width: `${layout.cellWidth}px` }}
          >
            {/* In full for those who hear it: in the cell it may be shortened. */}
            <span class="unseen">{props.cellName(index)}</span>
            <span class="cell-seen" aria-hidden="true">
              {props.cell(index, chosen, layout.cellWidth)}
            </span>
          </div>
        );
      })}
    </>
  );
}

function Band({ layout, band }: { layout: StripLayout; band: readonly [number, number] }): VNode | null {
  const box = bandBox(layout, band);
  if (!box) return null;
  return (
    <div
      class={`strip-band ${box.opensLeft ? 'opens-left' : ''} ${box.opensRight ? 'opens-right' : ''}`}
      style={{ left: `${box.left}px`, width: `${box.right - box.left}px` }}
    >
      {!box.opensLeft && <i class="strip-grip left" />}
      {!box.opensRight && <i class="strip-grip right" />}
    </div>
  );
}

/** The whole strip in miniature, with the page in sight: click or drag moves the page. */
function Overview({
  layout,
  count,
  bands,
  onOffset,
  word,
}: {
  layout: StripLayout;
  count: number;
  bands: Bands;
  onOffset: (offset: number) => void;
  word: string;
}): VNode {
  const percent = (cells: number): string => `${(100 * cells) / count}%`;
  const place = useRef<HTMLDivElement>(null);
  const show = (x: number): void => {
    const width = place.current?.clientWidth ?? 1;
    onOffset(Math.max(0, Math.min(count - layout.visible, Math.round((x / width) * count - layout.visible / 2))));
  };
  useDrag(place, { start: (at) => show(at.x), move: (at) => show(at.x), end: () => undefined });
  const last = layout.offset + layout.visible - 1;
  return (
    <div class="overview-row">
      <button
        class="page"
        aria-label={`Earlier ${word}`}
        disabled={layout.offset === 0}
        onClick={() => onOffset(layout.offset - layout.visible)}
      >
        ‹
      </button>
      <div class="overview" ref={place}>
        {bands.map(([from, to]) => (
          <i key={from} class="overview-band" style={{ left: percent(from), width: percent(to - from + 1) }} />
        ))}
        <i class="overview-page" style={{ left: percent(layout.offset), width: percent(layout.visible) }} />
      </div>
      <button
        class="page"
        aria-label={`Later ${word}`}
        disabled={last >= count - 1}
        onClick={() => onOffset(layout.offset + layout.visible)}
      >
        ›
      </button>
      <span class="page-words">
        {layout.offset}–{last} of {count}
      </span>
    </div>
  );
}
