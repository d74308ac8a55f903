/** Draws rows of changes; a row can be chosen, a column's title sorts. */
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { changeRowsMarks, type ChangeCell, type ChangeColumn, type ChangeColumnMarks } from '../../marks/changeRows.js';
import { fitText } from '../../text/fitText.js';
import { useSize } from '../../hooks/useSize.js';

export interface ChangeRow {
  readonly id: string;
  readonly label: string;
  /** The whole name. */
  readonly title: string;
  /** Words at the right. */
  readonly rest: readonly string[];
  /** All of the row in words. */
  readonly spoken: string;
}

export interface ChangeRowsProps {
  readonly rows: readonly ChangeRow[];
  readonly columns: readonly ChangeColumn[];
  readonly restTitles: readonly { readonly id: string; readonly title: string; readonly width: number }[];
  readonly description: string;
  /** Pixels for the rows' names. */
  readonly labelWidth?: number;
  /** Ids of the rows that are pressed. */
  readonly chosen: readonly string[];
  readonly sortedBy?: string;
  readonly onChoose?: (id: string) => void;
  readonly onSort?: (id: string) => void;
}

export function ChangeRows(props: ChangeRowsProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  return (
    <div class="change-rows scroll-cue" ref={place}>
      {width > 0 && <Drawing {...props} {...roomOf(props, width)} />}
    </div>
  );
}

const LABEL_WIDTH = 150;
/** Of a panel beside the editor: what does not fit even so is scrolled to. */
const NARROW_LABEL_WIDTH = 104;
/** Pixels that a column's marks and figures need. */
const COLUMN_WIDTH = 200;

function roomOf({ labelWidth, columns, restTitles }: ChangeRowsProps, width: number): Room {
  if (labelWidth !== undefined) return { width: Math.max(380, width), labelWidth };
  const rest = columns.length * COLUMN_WIDTH + restTitles.reduce((sum, one) => sum + one.width, 0);
  const isNarrow = width < LABEL_WIDTH + rest;
  return { width: Math.max(width, NARROW_LABEL_WIDTH + rest), labelWidth: isNarrow ? NARROW_LABEL_WIDTH : LABEL_WIDTH };
}

interface Room {
  readonly width: number;
  readonly labelWidth: number;
}

function Drawing(props: ChangeRowsProps & Room): VNode {
  const { rows, columns, restTitles, width, chosen, onChoose, labelWidth } = props;
  const restWidth = restTitles.reduce((sum, one) => sum + one.width, 0);
  const marks = useMemo(
    () => changeRowsMarks({ width, labelWidth, columns, rowCount: rows.length, restWidth }),
    [width, columns, rows.length, restWidth, labelWidth],
  );
  const restX = restTitles.map((_, i) => marks.restX + restTitles.slice(0, i).reduce((sum, one) => sum + one.width, 0));
  return (
    <svg
      width={Math.max(width, marks.restX + restWidth)}
      height={marks.height}
      role="group"
      aria-label={props.description}
    >
      <Head {...props} titles={marks.columns} restX={restX} bottom={marks.height - 6} />
      {rows.map((row, i) => (
        <g
          key={row.id}
          class={`change-row ${chosen.includes(row.id) ? 'chosen' : ''}`}
          {...(onChoose
            ? {
                role: 'button',
                tabindex: 0,
                'aria-pressed': chosen.includes(row.id),
                onClick: () => onChoose(row.id),
                onKeyDown: (event: KeyboardEvent) => rowKey(event, () => onChoose(row.id)),
              }
            : { role: 'img' })}
          aria-label={row.spoken}
        >
          <title>{row.title}</title>
          <rect class="change-row-ground" x={0} y={marks.rows[i].y - 11} width={width} height={marks.rowHeight} />
          <text class="change-label" x={4} y={marks.rows[i].y + 4}>
            {fitText(row.label, labelWidth - 10, '400 12px')}
          </text>
          {marks.columns.map((column) => (
            <Cell key={column.id} cell={column.cells[i]} column={column} />
          ))}
          {restTitles.map(({ id, width: room }, place) => (
            <text key={id} class="change-rest" x={restX[place] + 8} y={marks.rows[i].y + 4}>
              {fitText(row.rest[place], room - 10, '400 12px')}
            </text>
          ))}
        </g>
      ))}
    </svg>
  );
}

interface HeadProps extends ChangeRowsProps {
  readonly titles: readonly ChangeColumnMarks[];
  readonly restX: readonly number[];
  readonly bottom: number;
}

function Head({ titles, restTitles, restX, bottom, sortedBy, onSort }: HeadProps): VNode {
  const title = (id: string, words: string, x: number): VNode => (
    <SortTitle key={id} id={id} words={words} x={x} sorted={sortedBy === id} onSort={onSort} />
  );
  return (
    <g>
      {onSort && title('layer', 'Layer', 4)}
      {titles.map((column) => (
        <g key={column.id}>
          {title(column.id, column.title, column.x)}
          {column.ticks.map((tick) => (
            <g key={tick.text}>
              <line class="grid" x1={tick.x} x2={tick.x} y1={38} y2={bottom} />
              <text class="tick middle" x={tick.x} y={33}>
                {tick.text}
              </text>
            </g>
          ))}
        </g>
      ))}
      {restTitles.map((one, i) => title(one.id, one.title, restX[i] + 8))}
    </g>
  );
}

interface SortTitleProps {
  readonly id: string;
  readonly words: string;
  readonly x: number;
  readonly sorted: boolean;
  readonly onSort: ((id: string) => void) | undefined;
}

/** Columns that nothing is sorted by have an id that ends in "–". */
function SortTitle({ id, words, x, sorted, onSort }: SortTitleProps): VNode {
  const sorts = onSort !== undefined && !id.endsWith('–');
  const press = (): void => onSort?.(id);
  return (
    <g
      class={`change-title ${sorted ? 'sorted' : ''}`}
      {...(sorts
        ? {
            role: 'button',
            tabindex: 0,
            'aria-pressed': sorted,
            'aria-label': `Sort by ${words}`,
            onClick: press,
            onKeyDown: (event: KeyboardEvent) => rowKey(event, press),
          }
        : {})}
    >
      <text x={x} y={14}>
        {sorted ? `${words} ▾` : words}
      </text>
    </g>
  );
}

function Cell({ cell, column }: { cell: ChangeCell; column: ChangeColumnMarks }): VNode {
  const { from, to, low, high, y, text, apart, clear } = cell;
  const { x, width, textX } = column;
  return (
    <g class={clear ? 'change clear' : 'change'}>
      {low !== null && high !== null && (
        <rect class="change-interval" x={low} y={y - 5} width={Math.max(1, high - low)} height={10} />
      )}
      {from !== null && to !== null && <line class="change-way" x1={from} x2={to} y1={y} y2={y} />}
      {from !== null && <circle class="change-from" cx={from} cy={y} r={3.5} />}
      {to !== null && <circle class="change-to" cx={to} cy={y} r={3.5} />}
      {apart && (
        <text class="change-apart" x={x} y={y + 4}>
          {fitText(apart, width - 4, '400 11px') === apart ? apart : whyApart(apart)}
        </text>
      )}
      <text class="change-text" x={textX} y={y + 4}>
        {text}
      </text>
    </g>
  );
}

/** "dead in B" of "13.40 → 14.85, dead in B". */
function whyApart(apart: string): string {
  return apart.slice(apart.lastIndexOf(', ') + 2);
}

function rowKey(event: KeyboardEvent, press: () => void): void {
  if (event.key !== 'Enter' && event.key !== ' ') return;
  event.preventDefault();
  press();
}
