/** Less effective units: what each tells of the label with interval and null, and the accuracy without it. */
import { scaleLinear } from 'd3';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { AblationValue } from '../../../src/protocol/ablation.js';
import { fitText } from '../../shell/fitText.js';
import { useSize } from '../../shell/useSize.js';
import type { ViewProps } from '../../shell/views.js';
import type { RankedUnit } from './rankedUnits.js';

export interface UnitRanksProps extends ViewProps {
  readonly units: readonly RankedUnit[];
  /** Of the unit alone; null before it is known. */
  readonly withoutUnit: (unit: RankedUnit) => AblationValue | null;
}

export function UnitRanks(props: UnitRanksProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  return (
    <div class="units" ref={place}>
      {width > 0 && <Drawing {...props} width={width} />}
    </div>
  );
}

const ROW = 20;
const HEAD = 20;
const LEFT = 132;
const RIGHT = 150;

function Drawing({ viewer, units, withoutUnit, width }: UnitRanksProps & { width: number }): VNode {
  const lows = units.map(({ bits, halfWidth, floor }) => Math.min(bits - halfWidth, floor?.[0] ?? 0));
  const highs = units.map(({ bits, halfWidth, floor }) => Math.max(bits + halfWidth, floor?.[1] ?? 0));
  const x = scaleLinear([Math.min(0, ...lows), Math.max(0.05, ...highs)], [LEFT, Math.max(LEFT + 40, width - RIGHT)]);
  const height = HEAD + ROW * units.length + 4;
  const { layer, channel } = viewer.selected.value;
  return (
    <svg width={width} height={height} role="group" aria-label="Less effective units, least first">
      {x.ticks(4).map((tick) => (
        <g key={tick}>
          <line class={tick === 0 ? 'axis' : 'grid'} x1={x(tick)} x2={x(tick)} y1={HEAD - 4} y2={height} />
          <text class="tick middle" x={x(tick)} y={HEAD - 8}>
            {tick}
          </text>
        </g>
      ))}
      <text class="tick end" x={width} y={HEAD - 8}>
        accuracy without it
      </text>
      {units.map((unit, i) => {
        const y = HEAD + (i + 0.5) * ROW;
        const chosen = unit.layer === layer && unit.channel === channel;
        const without = withoutUnit(unit);
        const select = (): void => viewer.select({ layer: unit.layer, channel: unit.channel });
        return (
          <g
            key={`${unit.layer} ${unit.channel}`}
            class={`unit ${unit.tells ? '' : 'silent'} ${chosen ? 'chosen' : ''}`}
            role="button"
            tabindex={0}
            aria-pressed={chosen}
            aria-label={unitWords(unit, without)}
            onClick={select}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' && event.key !== ' ') return;
              event.preventDefault();
              select();
            }}
          >
            <rect class="unit-hit cursor-only" x={0} y={y - ROW / 2} width={width} height={ROW} />
            <text x={2} y={y + 4}>
              {fitText(unit.name, LEFT - 40, '400 11px')}
            </text>
            <text class="end" x={LEFT - 12} y={y + 4}>
              {unit.channel}
            </text>
            {unit.floor && (
              <rect
                class="unit-floor"
                x={x(unit.floor[0])}
                y={y - 5}
                width={Math.max(1, x(unit.floor[1]) - x(unit.floor[0]))}
                height={10}
              />
            )}
            <line
              class="unit-interval"
              x1={x(unit.bits - unit.halfWidth)}
              x2={x(unit.bits + unit.halfWidth)}
              y1={y}
              y2={y}
            />
            <circle class="unit-dot" cx={x(unit.bits)} cy={y} r={3.4} />
            <text class="unit-bits end" x={width - 78} y={y + 4}>
              {unit.tells ? `${unit.bits.toFixed(2)} bits` : 'not above null'}
            </text>
            <text class="unit-bits end" x={width} y={y + 4}>
              {without ? changeWords(without) : '–'}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** "−0.4 ± 0.3 %": the change of accuracy, in per cent of the probes. */
export function changeWords({ change, halfWidth }: AblationValue): string {
  if (change === null) return '–';
  const sign = change > 0 ? '+' : change < 0 ? '−' : '±';
  const interval = halfWidth ? ` ± ${(100 * halfWidth).toFixed(1)}` : '';
  return change === 0 && !halfWidth ? '0 %' : `${sign}${Math.abs(100 * change).toFixed(1)}${interval} %`;
}

function unitWords(unit: RankedUnit, without: AblationValue | null): string {
  const floor = unit.floor ? `, null up to ${unit.floor[1].toFixed(3)}` : '';
  const change = without ? `, accuracy without it ${changeWords(without)}` : '';
  return `${unit.name} unit ${unit.channel}: ${unit.bits.toFixed(3)} ± ${unit.halfWidth.toFixed(3)} bits${floor}${unit.tells ? '' : ', not above the null'}${change}`;
}
