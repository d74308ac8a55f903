/** What the layer view can be told: the orders of both axes, the mask, the scale, which side is which, the epoch. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { AXIS_ORDERS, type LayerPair } from '../../../src/protocol/viewState.js';
import { Button, Checkbox, Dropdown } from '../../controls/controls.js';
import { EpochSlider } from '../../controls/EpochSlider.js';
import type { AxisOrder } from '../../marks/axesOrder.js';
import { memo } from '../../hooks/memo.js';
import type { ViewProps } from '../views.js';
import { epochDomain } from '../query/results/chartParts.js';

const ORDER_WORDS: Readonly<Record<AxisOrder, string>> = {
  maximum: 'maximum',
  mean: 'mean',
  index: 'index',
  cluster: 'clustered',
};

export interface LayersControlsProps extends ViewProps {
  readonly pair: LayerPair;
  readonly onChange: (part: Partial<LayerPair>) => void;
  /** Computes the null that the mask needs; null where it is known or under way. */
  readonly onAskNull: (() => void) | null;
}

export const LayersControls = memo((props: LayersControlsProps): VNode => {
  const { viewer, facts, pair, onChange, onAskNull } = props;
  const mask = (masked: boolean): void => {
    onChange({ masked });
    if (masked) onAskNull?.();
  };
  return (
    <div class="layers-controls">
      <OrderChoice
        side="A"
        value={pair.order}
        onChange={(order) => onChange({ order, orderB: pair.orderB ?? pair.order })}
      />
      <OrderChoice side="B" value={pair.orderB ?? pair.order} onChange={(orderB) => onChange({ orderB })} />
      <Checkbox checked={pair.masked} onChange={mask}>
        Hatch values no higher than chance
      </Checkbox>
      <Checkbox checked={pair.ownScale ?? false} onChange={(ownScale) => onChange({ ownScale })}>
        Separate scale for each epoch
      </Checkbox>
      <Button secondary onClick={() => onChange({ ...exchanged(pair) })}>
        Swap A and B
      </Button>
      <ViewSlider viewer={viewer} facts={facts} />
    </div>
  );
});

/** By itself, so that its moves leave the other controls alone. */
function ViewSlider({ viewer, facts }: ViewProps): VNode {
  const epochs = useMemo(() => [...facts.whole].sort((a, b) => a - b), [facts]);
  const domain = useMemo(() => epochDomain(facts), [facts]);
  const onEpoch = (next: number): void => {
    viewer.epoch.value = next;
  };
  return <EpochSlider epoch={viewer.cursorEpoch.value} {...{ epochs, domain, onEpoch }} />;
}

/** Each layer keeps the order of its channels. */
function exchanged({ a, b, order, orderB }: LayerPair): Partial<LayerPair> {
  return { a: b, b: a, ...(orderB ? { order: orderB, orderB: order } : {}) };
}

interface OrderChoiceProps {
  readonly side: 'A' | 'B';
  readonly value: AxisOrder;
  readonly onChange: (order: AxisOrder) => void;
}

function OrderChoice({ side, value, onChange }: OrderChoiceProps): VNode {
  return (
    <span class="layers-order">
      <span class="quiet">Order {side}</span>
      <Dropdown<AxisOrder>
        label={`Order of the channels of ${side}`}
        value={value}
        options={AXIS_ORDERS.map((one) => ({ value: one, text: ORDER_WORDS[one] }))}
        onChange={onChange}
      />
    </span>
  );
}
