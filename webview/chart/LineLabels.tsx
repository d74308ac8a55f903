/** Names and values at the ends of lines, in place of a legend; a name leads to its layer or pins its line. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { LineLabel } from '../marks/lineChart.js';
import type { CursorValue } from '../marks/lineCursor.js';
import { fitText, textWidth } from '../text/fitText.js';

export interface LineLabelsProps {
  readonly labels: readonly LineLabel[];
  /** At the cursor, by label. */
  readonly values: readonly CursorValue[];
  /** Pixels that a label may take. */
  readonly width: number;
  /** They stand within the plot. */
  readonly isOverLines: boolean;
  readonly onLayer: ((layer: number) => void) | undefined;
  readonly onLabel: ((id: string) => void) | undefined;
}

export function LineLabels({ labels, values, width, isOverLines, onLayer, onLabel }: LineLabelsProps): VNode {
  return (
    <g class={isOverLines ? 'over-lines' : ''}>
      {labels.map((label, i) => (
        <Label key={label.id} label={label} at={values[i]} width={width} onLayer={onLayer} onLabel={onLabel} />
      ))}
    </g>
  );
}

interface LabelProps extends Pick<LineLabelsProps, 'width' | 'onLayer' | 'onLabel'> {
  readonly label: LineLabel;
  readonly at: CursorValue;
}

/** Before the name, beside the value's own width. */
const GAPS = 10;
/** Of a class's colour before the value: as the colour of words it would be too pale. */
const SWATCH_ROOM = 13;
const SWATCH = 8;
const INTERVAL_ROOM = 46;

function Label({ label, at, width, onLayer, onLabel }: LabelProps): VNode {
  const { layer } = label;
  const linked = layer !== null && onLayer !== undefined;
  const open = (): void => {
    if (linked) onLayer(layer);
    else onLabel?.(label.id);
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    open();
  };
  const isClass = label.tone.startsWith('class-');
  const indent = isClass ? SWATCH_ROOM : 0;
  const room = width - textWidth(at.value, '600 12px') - GAPS - indent - (at.interval ? INTERVAL_ROOM : 0);
  const name = useMemo(() => fitText(label.label, room, '400 12px'), [label.label, room]);
  const role = linked ? 'link' : onLabel ? 'button' : undefined;
  return (
    <g
      class={`label ${label.tone} ${label.weight ?? ''} ${linked ? 'linked' : onLabel ? 'pressable' : ''}`}
      role={role}
      aria-label={role && `${label.label} ${at.value}`}
      tabindex={role ? 0 : undefined}
      onClick={open}
      onKeyDown={pressed}
    >
      <path class="leader" d={label.leader} />
      {isClass && <rect class="label-swatch" x={label.x} y={label.y - SWATCH} width={SWATCH} height={SWATCH} />}
      <text x={label.x + indent} y={label.y}>
        <tspan class="label-value">{at.value}</tspan>
        {at.interval && (
          <tspan class="label-interval" dx={4}>
            {at.interval}
          </tspan>
        )}
        <tspan class="label-name" dx={6}>
          {name}
        </tspan>
      </text>
      {label.detail && (
        <text class="label-detail" x={label.x} y={label.y + 14}>
          {label.detail}
        </text>
      )}
    </g>
  );
}
