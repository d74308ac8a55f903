/** What all parts of the compare view are given. */
import type { CompareChoice, ComparedLayer, Comparison } from '../../../src/protocol/compare.js';
import { sizeOfChange } from '../../../src/protocol/compareOrder.js';
import type { ViewProps } from '../views.js';
import type { Asked } from '../../state/useAsked.js';

export interface CompareProps extends ViewProps {
  readonly choice: CompareChoice;
  readonly onChoose: (part: Partial<CompareChoice>) => void;
  readonly asked: Asked<Comparison>;
  /** On which side of the comparison the view's own run stands. */
  readonly own: 'from' | 'to';
}

/**
 * The layer that was chosen here, unless another of the own run has been selected in any view since; else the one in
 * both networks whose channels changed most.
 */
export function chosenLayer(
  { layers }: Comparison,
  { choice, own, viewer }: Pick<CompareProps, 'choice' | 'own' | 'viewer'>,
): ComparedLayer | null {
  const { layer: selected } = viewer.selected.value;
  const here = choice.layer === undefined ? undefined : layers.find(({ to }) => to?.index === choice.layer);
  const elsewhere = selected === null ? undefined : layers.find((one) => one[own]?.index === selected);
  const chosen = here && !here[own] ? here : (elsewhere ?? here);
  const both = layers.filter(({ from, to }) => from && to);
  const size = (one: ComparedLayer): number => sizeOfChange(one, 'intra') ?? -1;
  return chosen ?? [...both].sort((a, b) => size(b) - size(a))[0] ?? layers[0] ?? null;
}
