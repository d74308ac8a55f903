/** Intra-sample entropy of each channel on both sides, highest first, on one scale. */
import { scaleLinear } from 'd3';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { ComparedLayer } from '../../../src/protocol/compare.js';
import { table } from '../query/results/csv.js';
import { useSize } from '../../hooks/useSize.js';

const HEIGHT = 180;
const PLOT = { top: 18, bottom: 22, left: 34 };
/** Of few channels no bar is a wall. */
const MOST_STEP = 36;

export function ChannelProfiles({
  channels,
  description,
}: Pick<ComparedLayer, 'channels'> & { description: string }): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  const sides = [channels.from, channels.to].map((bits) => ranked(bits));
  const scale = scaleLinear([0, Math.max(1e-9, ...sides.flat().map(({ bits }) => bits))], [0, 1]).nice(4);
  const [, most] = scale.domain();
  return (
    <div class="profiles" ref={place}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={description}>
          <text class="axis-title" x={0} y={9}>
            bits
          </text>
          {scale.ticks(4).map((value) => (
            <g key={value}>
              <line class="grid" x1={PLOT.left} x2={width} y1={yOf(value, most)} y2={yOf(value, most)} />
              <text class="tick end" x={PLOT.left - 6} y={yOf(value, most) + 4}>
                {scale.tickFormat(4)(value)}
              </text>
            </g>
          ))}
          {sides.map((side, i) => (
            <Side
              key={i}
              side={side}
              name={'AB'[i]}
              most={most}
              x={PLOT.left + (i * (width - PLOT.left)) / 2}
              width={(width - PLOT.left) / 2 - 12}
            />
          ))}
        </svg>
      )}
    </div>
  );
}

interface Ranked {
  readonly channel: number;
  readonly bits: number;
}

function Side({
  side,
  name,
  most,
  x,
  width,
}: {
  side: Ranked[];
  name: string;
  most: number;
  x: number;
  width: number;
}): VNode {
  const step = Math.min(MOST_STEP, width / Math.max(1, side.length));
  return (
    <g class={name === 'A' ? 'profile-a' : 'profile-b'}>
      {side.map(({ channel, bits }, i) => (
        <rect
          key={channel}
          x={x + 6 + i * step}
          y={yOf(bits, most)}
          width={Math.max(0.5, step - Math.min(2, step / 4))}
          height={yOf(0, most) - yOf(bits, most)}
        >
          <title>{`channel ${channel}: ${bits.toFixed(3)} bits`}</title>
        </rect>
      ))}
      <text class="tick middle" x={x + 6 + (step * side.length) / 2} y={HEIGHT - 6}>
        {side.length === 0
          ? `${name}: no such layer`
          : `${name}: ${side.length} ${side.length === 1 ? 'value' : 'channels'}`}
      </text>
    </g>
  );
}

function ranked(bits: readonly (number | null)[]): Ranked[] {
  return bits.flatMap((one, channel) => (one === null ? [] : [{ channel, bits: one }])).sort((a, b) => b.bits - a.bits);
}

function yOf(bits: number, most: number): number {
  return HEIGHT - PLOT.bottom - (bits / most) * (HEIGHT - PLOT.top - PLOT.bottom);
}

export function profilesCsv({ channels }: ComparedLayer): string {
  const rows = [channels.from, channels.to].flatMap((bits, i) => bits.map((one, channel) => ['AB'[i], channel, one]));
  return table(['side', 'channel', 'bits'], rows);
}
