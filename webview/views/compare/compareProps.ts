/** What all parts of the compare view are given. */
import type { CompareChoice, ComparedLayer, Comparison } from '../../../src/protocol/compare.js';
import { sizeOfChange } from '../../../src/protocol/compareOrder.js';
import type { ViewProps } from '../../shell/views.js';
import type { Asked } from '../../state/useAsked.js';

export interface CompareProps extends ViewProps {
  readonly choice: CompareChoice;
  readonly onChoose: (part: Partial<CompareChoice>) => void;
  readonly asked: Asked<Comparison>;
}

/** The chosen layer, else the one in both networks whose channels changed most. */
export function chosenLayer({ layers }: Comparison, { layer }: CompareChoice): ComparedLayer | null {
  const chosen = layer === undefined ? undefined : layers.find(({ to }) => to?.index === layer);
  const both = layers.filter(({ from, to }) => from && to);
  const size = (one: ComparedLayer): number => sizeOfChange(one, 'intra') ?? -1;
  return chosen ?? [...both].sort((a, b) => size(b) - size(a))[0] ?? layers[0] ?? null;
}
