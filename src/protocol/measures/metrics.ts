/** The training's own metrics as they are answered. */
import { describeMeasure } from './descriptor.js';
import type { Provenance } from './provenance.js';

/** Losses and accuracies as the training reported them, and the accuracy on the probes. */
export interface MetricsResult {
  readonly measure: 'metrics';
  readonly provenance: Provenance;
  readonly names: readonly string[];
  readonly values: readonly { readonly epoch: number; readonly values: readonly (number | null)[] }[];
}

export const metrics = describeMeasure({
  name: 'metrics',
  label: 'Loss and accuracy',
  doing: 'reading loss and accuracy',
  summary: 'loss and accuracy as the training reported them',
  unit: 'own',
  needs: 'metrics',
  options: {},
  table: ({ names, values }: MetricsResult) => ({
    header: ['epoch', ...names],
    rows: values.map((value) => [value.epoch, ...value.values]),
  }),
});
