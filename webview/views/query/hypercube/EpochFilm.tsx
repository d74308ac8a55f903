/** T as a film: the block once for each epoch, chosen ones in colour, the one under the cursor solid. */
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { contains, isAll, sizeOf, type Bands } from '../../../selection/bands.js';
import { clicked, dragged, grabAt, type Grab } from '../../../selection/drag.js';
import { useDrag } from '../../../hooks/useDrag.js';
import { useSize } from '../../../hooks/useSize.js';
import { countWords } from '../../../text/words.js';
import { cellAt, stripLayout } from '../slice/stripLayout.js';
import type { HypercubeProps } from './Hypercube.js';

const HEIGHT = 16;
const WIDEST = 14;

export function EpochFilm({ facts, slice, cursorEpoch, change, onEpoch }: HypercubeProps): VNode {
  const svg = useRef<SVGSVGElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const start = useRef<{ bands: Bands; grab: Grab; index: number } | null>(null);
  const { width: room } = useSize(place);
  const count = facts.epochCount;
  const width = Math.max(1, Math.min(room, count * WIDEST));
  const layout = stripLayout(width, count, { minCell: 1, offset: 0, thins: true });
  useDrag(svg, {
    start(at) {
      const index = cellAt(layout, at.x);
      start.current = { bands: slice.epochs, grab: grabAt(slice.epochs, index, count, at.ctrl), index };
    },
    move(at) {
      if (start.current)
        change.epochs(
          dragged(start.current.bands, start.current.grab, start.current.index, cellAt(layout, at.x), count),
        );
    },
    end(at, moved) {
      const index = cellAt(layout, at.x);
      if (moved) return;
      change.epochs(clicked(slice.epochs, index, count, { add: at.ctrl, extend: at.shift, anchor: cursorEpoch }));
      if (facts.whole.has(index)) onEpoch(index);
    },
  });
  const side = layout.cellWidth >= 6 ? Math.min(9, layout.cellWidth - 1.5) : layout.cellWidth;
  return (
    <div class="film" ref={place}>
      <p>
        <b class="axis-letter">T</b> {filmWords(slice.epochs, count)}
      </p>
      <svg
        ref={svg}
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={`Epochs 0 to ${count - 1}, ${sizeOf(slice.epochs)} chosen`}
        onDblClick={() => change.epochs([[0, count - 1]])}
      >
        {Array.from({ length: count }, (_, epoch) => (
          <g
            key={epoch}
            class={`frame ${contains(slice.epochs, epoch) ? 'chosen' : ''} ${epoch === cursorEpoch && facts.whole.has(epoch) ? 'current' : ''} ${facts.whole.has(epoch) ? '' : 'missing'}`}
            transform={`translate(${(epoch * layout.cellWidth).toFixed(2)},0)`}
          >
            {layout.cellWidth >= 6 ? <path d={cubePath(side)} /> : <rect y={3} width={Math.max(1, side)} height={10} />}
          </g>
        ))}
      </svg>
    </div>
  );
}

function filmWords(epochs: Bands, count: number): string {
  const chosen = isAll(epochs, count)
    ? 'all selected'
    : `${countWords(sizeOf(epochs))} of ${countWords(count)} selected`;
  return `one block per epoch, 0–${count - 1}; ${chosen}`;
}

/** A small cube: front face, then the edges of its top and side. */
function cubePath(side: number): string {
  const d = side * 0.35;
  const s = side - d;
  return `M0.5,${4 + d}h${s}v${s}h${-s}zm0,0l${d},${-d}h${s}l${-d},${d}m${d},${-d}v${s}l${-d},${d}`;
}
