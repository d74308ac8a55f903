/** Information of each layer about the class under each condition, as lines over the layers. */
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { CONDITION_WORDS, type ControlResult } from '../../../src/protocol/control.js';
import type { Layer } from '../../../src/protocol/run.js';
import { conditionLines } from '../../marks/conditionLines.js';
import { dodge } from '../../marks/dodge.js';
import { fitText } from '../../text/fitText.js';
import { layerLabel } from '../../text/layerLabel.js';
import { useSize } from '../../hooks/useSize.js';
import { spokenValue, tells } from './controlWords.js';

const HEIGHT = 270;
const LABEL_WIDTH = 130;

export function ConditionChart({ result, layers }: { result: ControlResult; layers: readonly Layer[] }): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  const marks = useMemo(
    () =>
      conditionLines({
        ...{ width: Math.max(360, width), height: HEIGHT, labelWidth: LABEL_WIDTH, ceiling: result.labelCeilingBits },
        values: result.conditions.map((_, at) =>
          result.layers.map(({ values }) => ({
            value: values[at]?.labelBits ?? null,
            halfWidth: values[at]?.labelHalfWidthBits ?? null,
          })),
        ),
        nulls: result.conditions.map((_, at) => result.layers.map(({ values }) => values[at]?.labelNullBits ?? null)),
      }),
    [result, width],
  );
  const { plot } = marks;
  const right = plot.x + plot.width;
  const labelY = dodge(
    marks.lines.map(({ endY }) => endY ?? plot.y + plot.height),
    marks.lines.map(() => 14),
    plot.y,
    plot.y + plot.height + 14,
  );
  return (
    <div class="condition-chart" ref={place}>
      {width > 0 && (
        <svg width={Math.max(360, width)} height={HEIGHT} role="img" aria-label={spoken(result, layers)}>
          <text class="axis-title" x={0} y={9}>
            bits
          </text>
          {marks.yTicks.map(({ y, text }) => (
            <g key={text}>
              <line class="grid" x1={plot.x} x2={right} y1={y} y2={y} />
              <text class="tick end" x={plot.x - 6} y={y + 4}>
                {text}
              </text>
            </g>
          ))}
          {marks.ceilingY !== null && (
            <g>
              <line class="ceiling" x1={plot.x} x2={right} y1={marks.ceilingY} y2={marks.ceilingY} />
              <text class="tick" x={plot.x + 4} y={marks.ceilingY - 4}>
                H(Y)
              </text>
            </g>
          )}
          {result.layers.map(({ layer }, i) => (
            <text
              key={layer}
              class="tick end"
              transform={`translate(${marks.layerX[i] + 4},${plot.y + plot.height + 12}) rotate(-35)`}
            >
              {fitText(layerLabel(layers[layer]), 92, '11px')}
            </text>
          ))}
          {marks.lines.map(({ path, points }, at) => {
            const { condition } = result.conditions[at];
            return (
              <g key={condition} class={`condition condition-${condition}`}>
                <path d={path} />
                {points.map(({ layer, x, y, low, high, nullY }) => (
                  <g key={layer}>
                    {nullY !== null && <line class="condition-null" x1={x - 4} x2={x + 4} y1={nullY} y2={nullY} />}
                    <line x1={x} x2={x} y1={low} y2={high} />
                    <circle class={tells(result.layers[layer].values[at]) ? '' : 'silent'} cx={x} cy={y} r={3} />
                  </g>
                ))}
                <text x={right + 8} y={labelY[at] + 4}>
                  {CONDITION_WORDS[condition]}
                </text>
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}

function spoken({ layers: values }: ControlResult, layers: readonly Layer[]): string {
  const last = values.at(-1);
  const name = last ? layerLabel(layers[last.layer]) : '';
  const each = (last?.values ?? []).map(spokenValue);
  return `Information about the class by layer; in ${name}: ${each.join(', ')}`;
}
