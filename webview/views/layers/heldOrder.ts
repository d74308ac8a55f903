/** Epochs share the order of the one that was in sight when it was chosen, so that cells can be followed. */
import { useEffect, useRef } from 'preact/hooks';
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import type { LayerPair } from '../../../src/protocol/viewState.js';
import { axesOrder, type AxesOrder } from '../../marks/axesOrder.js';

export interface HeldOrder {
  readonly order: AxesOrder;
  /** Whose values gave the order. */
  readonly epoch: number;
}

export interface OrderedBy {
  /** Of the epoch in sight. */
  readonly value: DistanceMiValue | null;
  /** The epoch that the pair's orders go by, where this run has it. */
  readonly orderEpoch: number | null;
  /** The values of an epoch that has been computed. */
  readonly at: (epoch: number) => DistanceMiValue | null;
}

/** Null until there are values to order by. */
export function useHeldOrder({ a, b, order, orderB }: LayerPair, by: OrderedBy): HeldOrder | null {
  const kept = useRef<{ readonly key: string; readonly held: HeldOrder } | null>(null);
  const key = [a, b, order, orderB ?? order].join(' ');
  const { orderEpoch } = by;
  const holds = kept.current?.key === key && (orderEpoch === null || kept.current.held.epoch === orderEpoch);
  if (!holds) {
    const source = sourceOf(by);
    const matrix = source && { aCount: source.rows.length, bCount: source.columns.length, values: source.bits };
    kept.current = matrix && { key, held: { order: axesOrder(matrix, order, orderB), epoch: source.epoch } };
  }
  return kept.current?.held ?? null;
}

/** By their values, which are others at another epoch. */
export function isOrdered({ order, orderB = order }: LayerPair): boolean {
  return order !== 'index' || orderB !== 'index';
}

/** A damaged epoch orders nothing: then it is the one in sight. */
function sourceOf({ value, orderEpoch, at }: OrderedBy): DistanceMiValue | null {
  const wanted = orderEpoch === null ? value : at(orderEpoch);
  const source = wanted && wanted.reason !== null ? value : wanted;
  return source && source.reason === null ? source : null;
}

/** An order that is held past its epoch is one that a person chose to keep: it comes back after a reload. */
export function useKeptOrder(
  pair: LayerPair,
  held: HeldOrder | null,
  { orderEpoch, rested }: { readonly orderEpoch: number | null; readonly rested: number },
  onKeep: (epoch: number) => void,
): void {
  const isPast = held !== null && orderEpoch === null && held.epoch !== rested && isOrdered(pair);
  const past = isPast ? held.epoch : null;
  useEffect(() => {
    if (past !== null) onKeep(past);
  }, [past]);
}
