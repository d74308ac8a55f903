/** Whole layers against each other, the way in: colour below the diagonal, the same number above it. */
import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import type { Layer } from '../../../src/protocol/run.js';
import { rgbText, type Rgb } from '../../marks/colourSteps.js';
import { largest } from '../../marks/axesOrder.js';
import { hatchPath } from '../../marks/hatch.js';
import { levelOf } from '../../marks/heatmapCells.js';
import { layerLabel } from '../../text/layerLabel.js';
import { fitText } from '../../text/fitText.js';
import { memo } from '../../hooks/memo.js';
import { useSize } from '../../hooks/useSize.js';

export interface LayerMatrixProps {
  readonly value: DistanceMiValue;
  /** Layers with a row and a column: copies are left out. */
  readonly shown: readonly number[];
  readonly layers: readonly Layer[];
  readonly pair: { readonly a: number; readonly b: number };
  /** Cells not above it are hatched; null hatches none. */
  readonly threshold: number | null;
  readonly colours: readonly Rgb[];
  readonly onPair: (a: number, b: number) => void;
}

const HEAD = 20;
const FOOT = 20;
const RIGHT = 14;
/** Cells narrower than this hold no number, and narrower than the next one decimal only. */
const NUMBER_CELL = 20;
const TWO_DECIMALS_CELL = 28;
/** Labels of layers are at least so many pixels apart. */
const LABEL = 12;

export const LayerMatrix = memo((props: LayerMatrixProps): VNode => {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  return (
    <div class="layer-matrix" ref={place}>
      {width > 0 && <Drawing {...props} width={width} />}
    </div>
  );
});

function Drawing(props: LayerMatrixProps & { width: number }): VNode {
  const { value, shown, layers, pair, threshold, colours, onPair, width } = props;
  const [at, setAt] = useState<{ row: number; column: number } | null>(null);
  const left = Math.min(116, width * 0.3);
  const room = Math.min(30, (width - left - RIGHT) / Math.max(1, shown.length));
  // Whole pixels where cells are small, so that all are equally large.
  const side = room < 8 ? Math.max(1, Math.floor(room)) : room;
  const gap = side > 4 ? 1 : 0;
  const decimals = side < TWO_DECIMALS_CELL ? 1 : 2;
  const bitsOf = (a: number, b: number): number | null => matrixBits(value, a, b);
  const most = largest(shown.flatMap((a) => shown.filter((b) => b !== a).map((b) => bitsOf(a, b))));
  const [column, row] = [shown.indexOf(Math.min(pair.a, pair.b)), shown.indexOf(Math.max(pair.a, pair.b))];
  const choose = (r: number, c: number): void => {
    const [a, b] = [shown[Math.min(r, c)], shown[Math.max(r, c)]];
    if (a !== undefined && b !== undefined) onPair(a, b);
  };
  const cursor = at ?? { row: Math.max(0, row), column: Math.max(0, column) };
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const inside = (index: number): number => Math.max(0, Math.min(shown.length - 1, index));
    if (step) setAt({ row: inside(cursor.row + step[0]), column: inside(cursor.column + step[1]) });
    else if (event.key === 'Enter' || event.key === ' ') choose(cursor.row, cursor.column);
    else return;
    event.preventDefault();
  };
  const bottom = HEAD + side * shown.length;
  return (
    <>
      <svg
        width={width}
        height={bottom + FOOT}
        role="application"
        aria-roledescription="matrix"
        aria-label={`Distance MI of whole layers; chosen: ${layers[pair.a].name} and ${layers[pair.b].name}. Use the arrow keys to move and Enter to select a pair.`}
        tabindex={0}
        onKeyDown={onKey}
        onBlur={() => setAt(null)}
      >
        {labelsOf(shown, side, pair).map(({ layer, place, y }) => (
          <g key={layer} class={layer === pair.a || layer === pair.b ? 'matrix-name chosen' : 'matrix-name'}>
            <text class="end" x={left - 7} y={HEAD + y + 4}>
              {fitText(layerLabel(layers[layer]), left - 26, '600 11px')} {layer}
            </text>
            {side >= 14 && (
              <text class="middle" x={left + (place + 0.5) * side} y={HEAD - 6}>
                {layer}
              </text>
            )}
          </g>
        ))}
        {shown.map((rowLayer, r) =>
          shown.map((columnLayer, c) => {
            const bits = bitsOf(rowLayer, columnLayer);
            const box = { x: left + c * side, y: HEAD + r * side, width: side - gap, height: side - gap };
            const level = bits === null ? null : levelOf(bits, most);
            const masked = bits !== null && threshold !== null && bits <= threshold && r !== c;
            const filled = !masked && (r > c || (r < c && side < NUMBER_CELL));
            return (
              <g key={`${r} ${c}`} class="matrix-cell" onClick={() => choose(r, c)}>
                <rect
                  {...box}
                  class={r === c ? 'matrix-diagonal' : 'matrix-ground'}
                  fill={filled && level !== null ? rgbText(colours[level]) : undefined}
                />
                {masked && (r > c || side < NUMBER_CELL) && (
                  <path class="heatmap-hatch" d={hatchPath(box.x, box.y, box.width, box.height, 4)} />
                )}
                {r < c && !(side < NUMBER_CELL) && (
                  <text
                    class={`middle matrix-number ${masked ? 'masked' : ''}`}
                    x={box.x + side / 2}
                    y={box.y + side / 2 + 3.5}
                  >
                    {bits === null ? '–' : bits.toFixed(decimals)}
                  </text>
                )}
                <title>{`${layers[rowLayer].name} and ${layers[columnLayer].name}: ${bits === null ? 'no value' : `${bits.toFixed(3)} bits${masked ? ', no higher than chance' : ''}`}`}</title>
              </g>
            );
          }),
        )}
        {row >= 0 && column >= 0 && (
          <g class="matrix-chosen">
            <rect x={left + column * side - 0.5} y={HEAD + row * side - 0.5} width={side} height={side} />
            <rect x={left + row * side - 0.5} y={HEAD + column * side - 0.5} width={side} height={side} />
          </g>
        )}
        {at && (
          <rect
            class="matrix-cursor cursor-only"
            x={left + at.column * side}
            y={HEAD + at.row * side}
            width={side - gap}
            height={side - gap}
          />
        )}
        {column >= 0 && row >= 0 && (
          <g class="matrix-side">
            <text class="middle" x={left + (shown.indexOf(pair.a) + 0.5) * side} y={bottom + 13}>
              A
            </text>
            <text x={left + shown.length * side + 4} y={HEAD + (shown.indexOf(pair.b) + 0.5) * side + 4}>
              B
            </text>
          </g>
        )}
      </svg>
      <p class="matrix-scale quiet">
        0 <ScaleStrip colours={colours} /> {most.toFixed(2)} bits
      </p>
    </>
  );
}

/** The colours of the scale side by side; the numbers stand beside it. */
function ScaleStrip({ colours }: { colours: readonly Rgb[] }): VNode {
  return (
    <svg width={120} height={8} aria-hidden="true">
      {colours.map((colour, i) => (
        <rect
          key={i}
          x={(i * 120) / colours.length}
          width={120 / colours.length + 0.5}
          height={8}
          fill={rgbText(colour)}
        />
      ))}
    </svg>
  );
}

/** MI of two whole layers; null where there is none. */
export function matrixBits(value: DistanceMiValue, a: number, b: number): number | null {
  const row = value.rows.findIndex(({ layer }) => layer === a);
  const column = value.columns.findIndex(({ layer }) => layer === b);
  return value.bits[row * value.columns.length + column] ?? null;
}

interface Label {
  readonly layer: number;
  readonly place: number;
  readonly y: number;
}

/** The chosen two, one below the other where they are neighbours, and all others that have room beside them. */
function labelsOf(
  shown: readonly number[],
  side: number,
  { a, b }: { readonly a: number; readonly b: number },
): readonly Label[] {
  const centre = (place: number): number => (place + 0.5) * side;
  const labels: Label[] = [];
  const upper = shown.indexOf(Math.min(a, b));
  const lower = shown.indexOf(Math.max(a, b));
  if (upper >= 0) labels.push({ layer: shown[upper], place: upper, y: centre(upper) });
  if (lower >= 0 && lower !== upper)
    labels.push({ layer: shown[lower], place: lower, y: Math.max(centre(lower), centre(upper) + LABEL) });
  shown.forEach((layer, place) => {
    if (labels.every(({ y }) => Math.abs(y - centre(place)) >= LABEL)) labels.push({ layer, place, y: centre(place) });
  });
  return labels;
}
