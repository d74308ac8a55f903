/** Layers of a comparison by the size of their change; those in one network only come last. */
import type { ComparedLayer, CompareOrder } from './compare.js';

export function sortedByChange(layers: readonly ComparedLayer[], order: CompareOrder): ComparedLayer[] {
  if (order === 'layer') return [...layers];
  const size = (layer: ComparedLayer): number => {
    const change = sizeOfChange(layer, order);
    return change === null ? -1 : change;
  };
  return [...layers].sort((a, b) => size(b) - size(a));
}

/** Absolute; null where one side has no value. */
export function sizeOfChange({ inter, intra, dead }: ComparedLayer, order: 'inter' | 'intra' | 'dead'): number | null {
  if (order === 'dead') return dead.from === null || dead.to === null ? null : Math.abs(dead.to - dead.from);
  const difference = (order === 'inter' ? inter : intra)?.difference ?? null;
  return difference === null ? null : Math.abs(difference);
}
