/** Draws the diversity of inputs as bars, with the two columns of numbers. */
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { diversityHeight, diversityMarks, type DiversityBar, type DiversityRow } from '../../marks/diversityBars.js';
import { useSize } from '../../hooks/useSize.js';

export function DiversityBars({ rows, samples }: { rows: readonly DiversityRow[]; samples: string }): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  return (
    <div class="diversity" ref={place}>
      {width > 0 && <Drawing rows={rows} samples={samples} width={width} />}
    </div>
  );
}

function Drawing({ rows, samples, width }: { rows: readonly DiversityRow[]; samples: string; width: number }): VNode {
  const { plot, ticks, bars, columns } = diversityMarks(rows, width);
  const low = plot.y + plot.height;
  return (
    <svg width={width} height={diversityHeight(rows.length)} role="img" aria-label={rows.map(rowWords).join('; ')}>
      <text class="axis-word end" x={plot.x - 8} y={12}>
        {samples}
      </text>
      <text class="axis-word end" x={columns.bits} y={12}>
        bits
      </text>
      <text class="axis-word end" x={columns.excess} y={12}>
        − log₂ N
      </text>
      {ticks.map((tick) => (
        <text key={tick.text} class="tick middle" x={tick.x} y={low + 16}>
          {tick.text}
        </text>
      ))}
      <line class="axis" x1={plot.x} x2={plot.x + plot.width} y1={low} y2={low} />
      {bars.map((bar, i) => (
        <Bar key={bar.id} bar={bar} columns={columns} named={i === 0} />
      ))}
      <line class="axis" x1={plot.x} x2={plot.x} y1={plot.y} y2={low} />
    </svg>
  );
}

interface BarProps {
  readonly bar: DiversityBar;
  readonly columns: { readonly bits: number; readonly excess: number };
  /** The first tick says what the ticks are. */
  readonly named: boolean;
}

function Bar({ bar, columns, named }: BarProps): VNode {
  const { x, y, width, height, middle, noiseX, interval } = bar;
  return (
    <g class={`diversity-row ${bar.tone} ${bar.chosen ? 'chosen' : ''}`}>
      <text class="diversity-name end" x={x - 8} y={middle + 4}>
        {bar.label}
      </text>
      <rect class="diversity-bar" {...{ x, y, width, height }} />
      {bar.chosen && <rect class="diversity-frame" x={x - 2} y={y - 2} width={width + 4} height={height + 4} />}
      {interval && <path class="diversity-interval" d={`M${interval.low},${middle}H${interval.high}`} />}
      {noiseX !== null && (
        <>
          <line class="diversity-noise" x1={noiseX} x2={noiseX} y1={y - 2} y2={y + height + 2} />
          {named && (
            <text class="tick end" x={noiseX + 14} y={y - 5}>
              noise
            </text>
          )}
        </>
      )}
      <text class="diversity-value end" x={columns.bits} y={middle + 4}>
        {bar.bits}
      </text>
      <text class="diversity-excess end" x={columns.excess} y={middle + 4}>
        {bar.excess}
      </text>
    </g>
  );
}

function rowWords(row: DiversityRow): string {
  if (row.bits === null) return `${row.label}: no value`;
  const noise = row.noiseBits === null ? '' : `, noise ${row.noiseBits.toFixed(2)}`;
  return `${row.label}: diversity ${row.bits.toFixed(2)} bits, minus log₂ N ${row.excessBits?.toFixed(2) ?? 'none'}${noise}`;
}
