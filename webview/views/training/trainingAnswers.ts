/** What the training view asks of a run: its label entropies and losses at every epoch, and the entropy of its inputs. */
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type {
  InterResult,
  LabelResult,
  MeasureRequest,
  MeasureResult,
  MetricsResult,
} from '../../../src/protocol/measure.js';
import { printQuery } from '../../../src/protocol/queryText.js';
import { WHOLE_CUBE, type Query } from '../../../src/protocol/query.js';
import type { CallOptions } from '../../../src/protocol/rpc.js';
import type { Loadable } from '../../state/loadable.js';
import { resource } from '../../state/resource.js';
import type { Viewer } from '../../state/viewer.js';

export interface TrainingAnswers {
  readonly labels: ReadonlySignal<Loadable<LabelResult>>;
  readonly inputs: ReadonlySignal<Loadable<InterResult>>;
  readonly metrics: ReadonlySignal<Loadable<MetricsResult>>;
  retry(): void;
  dispose(): void;
}

/** Inputs are layer 0 and the same at every epoch, so one epoch of them is enough. */
function inputsQuery(epoch: number): Query {
  const layers = { kind: 'layers', items: [{ kind: 'range', range: [0, 0] }] } as const;
  return { ...WHOLE_CUBE, layers, epochs: { kind: 'ranges', ranges: [[epoch, epoch]] } };
}

export function askTraining(viewer: Viewer): TrainingAnswers {
  const attempt = signal(0);
  const whole = computed(() => [...(viewer.facts.value?.whole ?? [])].sort((a, b) => a - b));
  const classes = computed(() => viewer.facts.value?.classCount ?? 0);
  const labels = resource({
    key: computed(() =>
      whole.value.length > 0 && classes.value > 0 ? `labels ${whole.value.length} ${attempt.value}` : null,
    ),
    doing: 'counting labels and predictions',
    load: (_key, call) => ask<LabelResult>(viewer, { query: printQuery(WHOLE_CUBE), measure: 'label' }, call),
  });
  const inputs = resource({
    key: computed(() => (whole.value.length > 0 ? `${whole.value[0]} ${attempt.value}` : null)),
    doing: 'computing the entropy of the inputs',
    load: (key, call) => {
      const query = printQuery(inputsQuery(Number(key.split(' ')[0])));
      return ask<InterResult>(viewer, { query, measure: 'inter', options: { noise: true, interval: true } }, call);
    },
  });
  const metrics = resource({
    key: computed(() => (whole.value.length > 0 ? `metrics ${whole.value.length} ${attempt.value}` : null)),
    doing: 'reading losses and accuracies',
    load: (_key, call) => ask<MetricsResult>(viewer, { query: printQuery(WHOLE_CUBE), measure: 'metrics' }, call),
  });
  return {
    labels: labels.value,
    inputs: inputs.value,
    metrics: metrics.value,
    retry: () => attempt.value++,
    dispose: () => {
      labels.dispose();
      inputs.dispose();
      metrics.dispose();
    },
  };
}

async function ask<R extends MeasureResult>(
  viewer: Viewer,
  request: MeasureRequest & { readonly measure: R['measure'] },
  call: CallOptions,
): Promise<R> {
  const result = await viewer.host.call('measure', request, call);
  if (result.measure !== request.measure) throw new Error(`asked for ${request.measure}, got ${result.measure}`);
  // A result of the asked measure has that measure's form.
  return result as R;
}
