/** Epochs share the order of the one that was in sight when it was chosen, so that cells can be followed. */
import { useRef, useState } from 'preact/hooks';
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import type { LayerPair } from '../../../src/protocol/viewer.js';
import { axesOrder, type AxesOrder } from '../../marks/axesOrder.js';

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
  if (kept.current?.key !== key) return null;
  const release = (): void => {
    kept.current = null;
    draw((count) => count + 1);
  };
  return { order: kept.current.order, epoch: kept.current.epoch, release };
}
