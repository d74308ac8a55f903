/** Epochs share the order of the one that was in sight when it was chosen, so that cells can be followed. */
import { useMemo, useRef, useState } from 'preact/hooks';
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import type { LayerPair } from '../../../src/protocol/viewer.js';
import { axesOrder, type AxesOrder } from '../../marks/axesOrder.js';
import { useStable } from '../../shell/useStable.js';

export interface HeldOrder {
  readonly order: AxesOrder;
  /** Whose values gave the order. */
  readonly epoch: number;
  /** Orders by the epoch in sight from now on. */
  release(): void;
}

/** Null until there are values to order by. */
export function useHeldOrder(value: DistanceMiValue | null, { a, b, order, orderB }: LayerPair): HeldOrder | null {
  const kept = useRef<{ key: string; order: AxesOrder; epoch: number } | null>(null);
  const [, draw] = useState(0);
  const key = [a, b, order, orderB ?? order].join(' ');
  if (value && value.reason === null && kept.current?.key !== key) {
    const matrix = { aCount: value.rows.length, bCount: value.columns.length, values: value.bits };
    kept.current = { key, order: axesOrder(matrix, order, orderB), epoch: value.epoch };
  }
  const release = useStable((): void => {
    kept.current = null;
    draw((count) => count + 1);
  });
  const held = kept.current?.key === key ? kept.current : null;
  return useMemo(() => held && { order: held.order, epoch: held.epoch, release }, [held]);
}
