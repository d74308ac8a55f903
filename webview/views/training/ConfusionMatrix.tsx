/** Draws a confusion matrix; names pin their class by click, or by arrow keys and Enter. */
import type { VNode } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import {
  confusionMarks,
  NAME_CELL,
  namesUpright,
  type ConfusionMarks,
  type ConfusionSpec,
  type MarginMark,
} from '../../marks/confusionMatrix.js';
import type { Tone } from '../../marks/lineChart.js';
import { fitText } from '../../text/fitText.js';
import { useSize } from '../../hooks/useSize.js';
import type { ConfusionCell } from './trainingProps.js';

export interface ConfusionMatrixProps extends Omit<ConfusionSpec, 'width' | 'height'> {
  readonly epoch: number;
  readonly pinned: readonly number[];
  readonly toneOf: (index: number) => Tone;
  /** The cell whose samples are shown. */
  readonly cell: ConfusionCell | null;
  readonly onCell: (cell: ConfusionCell | null) => void;
  readonly onPin: (index: number) => void;
}

const HEIGHT = 470;

export function ConfusionMatrix(props: ConfusionMatrixProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  return (
    <div class="confusion" ref={place}>
      {width > 0 && <Drawing {...props} width={width} />}
    </div>
  );
}

function Drawing(props: ConfusionMatrixProps & { width: number }): VNode {
  const { counts, classNames, cells, width } = props;
  const marks = useMemo(
    () => confusionMarks({ ...props, height: HEIGHT }),
    [counts, props.labelGivenPrediction, props.predictionGivenLabel, classNames, cells, width],
  );
  const [active, setActive] = useState(0);
  const [column, setColumn] = useState<number | null>(null);
  const [cell, setCell] = useState<ConfusionCell | null>(null);
  const point = (event: PointerEvent): void => {
    const box = (event.currentTarget as SVGSVGElement).getBoundingClientRect();
    const next = marks.cellAt(event.clientX - box.left, event.clientY - box.top);
    if (next?.label !== cell?.label || next?.prediction !== cell?.prediction) setCell(next);
  };
  const inside = (index: number): number => Math.max(0, Math.min(classNames.length - 1, index));
  const onKey = (event: KeyboardEvent): void => {
    const down = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const across = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (down !== undefined) setActive(inside(active + down));
    else if (across !== undefined) setColumn(inside((column ?? active) + across));
    else if (event.key === 'Enter') props.onPin(active);
    else if (event.key === ' ') props.onCell({ label: active, prediction: column ?? active });
    else return;
    event.preventDefault();
  };
  const press = (event: MouseEvent): void => {
    const box = (event.currentTarget as SVGSVGElement).getBoundingClientRect();
    const pressed = marks.cellAt(event.clientX - box.left, event.clientY - box.top);
    if (pressed) props.onCell(sameCell(pressed, props.cell) ? null : pressed);
  };
  const low = marks.grid.y + marks.grid.height;
  return (
    <svg
      width={width}
      height={low + 56}
      role="listbox"
      aria-multiselectable="true"
      aria-label={`Confusion matrix at epoch ${props.epoch}, one row per label; Enter pins a class, arrow keys and Space show the samples of a cell`}
      aria-activedescendant={`confusion-row-${active}`}
      tabindex={0}
      onPointerMove={point}
      onPointerLeave={() => setCell(null)}
      onClick={press}
      onBlur={() => setColumn(null)}
      onKeyDown={onKey}
    >
      <g aria-hidden="true">
        {marks.levels.map(({ level, path }) => (
          <path key={level} class={`count-${level}`} d={path} />
        ))}
        <path class="confusion-none" d={marks.hatch} />
        {marks.numbers.map((one) => (
          <text
            key={`${one.x} ${one.y}`}
            class={`confusion-number ${one.isStrong ? 'on-strong' : 'on-weak'} ${one.diagonal ? 'diagonal' : ''}`}
            x={one.x}
            y={one.y}
          >
            {one.text}
          </text>
        ))}
        {cell && <CellFrame marks={marks} cell={cell} />}
        {column !== null && <CellFrame marks={marks} cell={{ label: active, prediction: column }} />}
        {props.cell && <CellFrame marks={marks} cell={props.cell} chosen />}
        <Words marks={marks} readout={cell ? cellWords(props, cell) : null} />
        {marks.columns.map((column) => (
          <Column key={column.index} column={column} marks={marks} {...props} />
        ))}
      </g>
      {marks.rows.map((row) => (
        <Row key={row.index} row={row} marks={marks} active={row.index === active} {...props} />
      ))}
    </svg>
  );
}

function CellFrame({ marks, cell, chosen }: { marks: ConfusionMarks; cell: ConfusionCell; chosen?: boolean }): VNode {
  const { grid, cell: side } = marks;
  const [x, y] = [grid.x + cell.prediction * side - 0.5, grid.y + cell.label * side - 0.5];
  return (
    <rect class={`confusion-frame cursor-only ${chosen ? 'chosen' : ''}`} x={x} y={y} width={side} height={side} />
  );
}

function sameCell(a: ConfusionCell, b: ConfusionCell | null): boolean {
  return a.label === b?.label && a.prediction === b.prediction;
}

/** Sides of a cell, in pixels, below which bits have room for one digit after the point, and for none. */
const BITS_CELL = 27;
const TENTHS_CELL = 20;

/** What the axes and margins are; in the corner, the cell under the pointer. */
function Words({ marks, readout }: { marks: ConfusionMarks; readout: string | null }): VNode {
  const { grid, cell } = marks;
  const right = grid.x + grid.width;
  const low = grid.y + grid.height;
  return (
    <g>
      {readout ? (
        <text class="confusion-readout cursor-only" x={0} y={10}>
          {readout}
        </text>
      ) : (
        <text class="axis-word" x={grid.x} y={10}>
          predicted as
        </text>
      )}
      <text class="axis-word end" x={grid.x - 8} y={grid.y - 8}>
        label
      </text>
      <text class="axis-word" x={right + 8} y={grid.y - 8}>
        H(y | x.label)
      </text>
      {cell >= NAME_CELL && (
        <>
          <text class="axis-word end" x={grid.x - 8} y={low + 16}>
            Σ
          </text>
          <text class="axis-word" x={right + 8} y={low + 16}>
            samples
          </text>
        </>
      )}
      <text class="axis-word" x={right + 8} y={low + 34}>
        H(x.label | y)
      </text>
    </g>
  );
}

interface MarginProps extends ConfusionMatrixProps {
  readonly marks: ConfusionMarks;
}

/** In a large matrix only the pinned classes have names; all have their bars. */
function Row({ row, marks, active, ...props }: MarginProps & { row: MarginMark; active: boolean }): VNode {
  const { grid, cell } = marks;
  const isPinned = props.pinned.includes(row.index);
  const named = cell >= NAME_CELL || isPinned;
  return (
    <g
      id={`confusion-row-${row.index}`}
      role="option"
      aria-selected={isPinned}
      aria-label={rowWords(props, row)}
      class={`confusion-margin ${props.toneOf(row.index)} ${isPinned ? 'pinned' : ''} ${active ? 'active' : ''}`}
      onClick={() => props.onPin(row.index)}
    >
      <rect class="confusion-hit" x={0} y={row.at - cell / 2} width={grid.x} height={cell} />
      {named && (
        <text class="confusion-name end" x={grid.x - 8} y={row.at + 4}>
          {fitText(row.name, grid.x - 12, '600 12px')}
        </text>
      )}
      {cell >= NAME_CELL && (
        <text class="confusion-bits end" x={grid.x + grid.width + 36} y={row.at + 4}>
          {row.words}
        </text>
      )}
      <rect class="confusion-bar" {...row.bar} />
    </g>
  );
}

function Column({ column, marks, ...props }: MarginProps & { column: MarginMark }): VNode {
  const { grid, cell } = marks;
  const isPinned = props.pinned.includes(column.index);
  const none = column.bits === null;
  const upright = namesUpright(props.classNames, cell);
  const low = grid.y + grid.height;
  const [x, y] = [column.at, grid.y - 8];
  return (
    <g
      class={`confusion-margin ${props.toneOf(column.index)} ${isPinned ? 'pinned' : ''} ${none ? 'none' : ''}`}
      onClick={() => props.onPin(column.index)}
    >
      <rect class="confusion-hit" x={x - cell / 2} y={14} width={cell} height={Math.max(0, grid.y - 14)} />
      {cell >= NAME_CELL && (
        <text
          class={`confusion-name ${upright ? '' : 'middle'}`}
          transform={upright ? `translate(${x + 4},${y}) rotate(-90)` : `translate(${x},${y})`}
        >
          {upright ? fitText(column.name, grid.y - 26, '600 12px') : column.name}
        </text>
      )}
      {cell >= NAME_CELL && (
        <>
          <text class="confusion-total middle" x={x} y={low + 16}>
            {column.total}
          </text>
          {cell >= TENTHS_CELL && (
            <text class="confusion-bits middle" x={x} y={low + 34}>
              {cell >= BITS_CELL ? column.words : (column.bits?.toFixed(1) ?? column.words)}
            </text>
          )}
        </>
      )}
      <rect class="confusion-bar" {...column.bar} />
    </g>
  );
}

function cellWords({ counts, classNames }: ConfusionMatrixProps, { label, prediction }: ConfusionCell): string {
  const count = counts[label]?.[prediction] ?? 0;
  const total = (counts[label] ?? []).reduce((sum, one) => sum + one, 0);
  const share = total === 0 ? '' : ` (${((100 * count) / total).toFixed(1)} %)`;
  return `label ${classNames[label]} predicted as ${classNames[prediction]}: ${count} of ${total}${share}`;
}

function rowWords(props: ConfusionMatrixProps, row: MarginMark): string {
  const right = props.counts[row.index]?.[row.index] ?? 0;
  const given = props.labelGivenPrediction[row.index] ?? null;
  return [
    `${row.name}: ${right} of ${row.total} correct`,
    `H(y | x.label) ${row.words}`,
    `H(x.label | y) ${given === null ? 'none, never predicted' : given.toFixed(2)}`,
  ].join(', ');
}
