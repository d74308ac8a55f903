/** Units with little label information: what each tells of the label with interval and null, the accuracy without it, and a box to pick it. */
import { scaleLinear } from 'd3';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { AblationValue } from '../../../src/protocol/ablation.js';
import type { UnitPlace } from '../../../src/protocol/information.js';
import { fitText } from '../../text/fitText.js';
import { useSize } from '../../hooks/useSize.js';
import type { ViewProps } from '../views.js';
import { changeWords } from './accuracyChange.js';
import type { RankedUnit } from './rankedUnits.js';

export interface UnitRanksProps extends ViewProps {
  readonly units: readonly RankedUnit[];
  /** Those that are ablated together. */
  readonly picked: readonly UnitPlace[];
  readonly onPick: (picked: UnitPlace[]) => void;
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
/** Of the box that picks a unit, and the pixels that it takes. */
const BOX = 12;
const NAME = 22;
const LEFT = 150;
const RIGHT = 172;

function Drawing({ viewer, units, picked, onPick, withoutUnit, width }: UnitRanksProps & { width: number }): VNode {
  const lows = units.map(({ bits, halfWidth, floor }) => Math.min(bits - halfWidth, floor?.[0] ?? 0));
  const highs = units.map(({ bits, halfWidth, floor }) => Math.max(bits + halfWidth, floor?.[1] ?? 0));
  const x = scaleLinear([Math.min(0, ...lows), Math.max(0.05, ...highs)], [LEFT, Math.max(LEFT + 40, width - RIGHT)]);
  const height = HEAD + ROW * units.length + 4;
  const { layer, channel } = viewer.selected.value;
  return (
    <svg width={width} height={height} role="group" aria-label="Units with little label information, least first">
      {x.ticks(4).map((tick) => (
        <g key={tick}>
          <line class={tick === 0 ? 'axis' : 'grid'} x1={x(tick)} x2={x(tick)} y1={HEAD - 4} y2={height} />
          <text class="tick middle" x={x(tick)} y={HEAD - 8}>
            {signedTick(tick)}
          </text>
        </g>
      ))}
      <text class="tick end" x={width} y={HEAD - 8}>
        accuracy without it, points
      </text>
      {units.map((unit, i) => {
        const y = HEAD + (i + 0.5) * ROW;
        const chosen = unit.layer === layer && unit.channel === channel;
        const without = withoutUnit(unit);
        const isPicked = picked.some((one) => isUnit(one, unit));
        const others = picked.filter((one) => !isUnit(one, unit));
        const pick = (): void => onPick(isPicked ? others : [...others, [unit.layer, unit.channel]]);
        return (
          <g key={`${unit.layer} ${unit.channel}`} class={unit.tells ? 'unit' : 'unit silent'}>
            <PickBox unit={unit} y={y} picked={isPicked} onPick={pick} />
            <g
              class={chosen ? 'unit-row chosen' : 'unit-row'}
              role="button"
              tabindex={0}
              aria-pressed={chosen}
              aria-label={unitWords(unit, without)}
              {...pressed(() => viewer.select({ layer: unit.layer, channel: unit.channel }))}
            >
              <rect class="unit-hit cursor-only" x={NAME - 4} y={y - ROW / 2} width={width - NAME + 4} height={ROW} />
              <text x={NAME} y={y + 4}>
                {fitText(unit.name, LEFT - NAME - 38, '400 11px')}
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
                {unit.tells ? `${unit.bits.toFixed(2)} bits` : 'chance level'}
              </text>
              <text class="unit-bits end" x={width} y={y + 4}>
                {without ? changeWords(without) : '–'}
              </text>
            </g>
          </g>
        );
      })}
    </svg>
  );
}

interface PickBoxProps {
  readonly unit: RankedUnit;
  readonly y: number;
  readonly picked: boolean;
  readonly onPick: () => void;
}

function PickBox({ unit, y, picked, onPick }: PickBoxProps): VNode {
  const [left, top] = [2, y - BOX / 2];
  return (
    <g
      class="unit-pick"
      role="checkbox"
      tabindex={0}
      aria-checked={picked}
      aria-label={`Ablate ${unit.name} unit ${unit.channel} with the other selected units`}
      {...pressed(onPick)}
    >
      <rect class="unit-hit" x={0} y={y - ROW / 2} width={NAME - 4} height={ROW} />
      <rect class="pick-box" x={left} y={top} width={BOX} height={BOX} rx={2} />
      {picked && <path class="pick-tick" d={`M${left + 2.5},${y} l2.8,3 l4.4,-5.6`} />}
    </g>
  );
}

function pressed(act: () => void): { onClick: () => void; onKeyDown: (event: KeyboardEvent) => void } {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    act();
  };
  return { onClick: act, onKeyDown };
}

function isUnit([layer, channel]: UnitPlace, unit: RankedUnit): boolean {
  return layer === unit.layer && channel === unit.channel;
}

/** "−0.1", with the minus of the other numbers. */
function signedTick(tick: number): string {
  return String(tick).replace('-', '−');
}

function unitWords(unit: RankedUnit, without: AblationValue | null): string {
  const floor = unit.floor ? `, null up to ${unit.floor[1].toFixed(3)}` : '';
  const change = without ? `, accuracy without it ${changeWords(without)} points` : '';
  return `${unit.name} unit ${unit.channel}: ${unit.bits.toFixed(3)} ± ${unit.halfWidth.toFixed(3)} bits${floor}${unit.tells ? '' : ', no higher than chance'}${change}`;
}
