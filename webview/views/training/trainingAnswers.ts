/** What the training view asks: of the chosen run its label entropies, and of its group losses and the entropy of inputs. */
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type {
  InterResult,
  InterValue,
  LabelResult,
  MeasureRequest,
  MeasureResult,
  MetricsResult,
} from '../../../src/protocol/measure.js';
import { printQuery } from '../../../src/protocol/queryText.js';
import { WHOLE_CUBE, type Query } from '../../../src/protocol/query.js';
import type { CallOptions } from '../../../src/protocol/rpc.js';
import type { GroupRun } from '../../../src/protocol/trainingRuns.js';
import { latest, type Loadable } from '../../state/loadable.js';
import { resource } from '../../state/resource.js';
import type { Viewer } from '../../state/viewer.js';

export interface TrainingAnswers {
  /** Runs that differ in the size of their training data, ascending; empty where the run is alone. */
  readonly group: ReadonlySignal<readonly GroupRun[]>;
  /** Of the run that is chosen. */
  readonly labels: ReadonlySignal<Loadable<LabelResult>>;
  /** Of the inputs of the run that is shown: what it was trained on, else the probes. */
  readonly inputs: ReadonlySignal<Loadable<InputEntropy>>;
  readonly metrics: ReadonlySignal<Loadable<MetricsResult>>;
  /** Of the whole group, by run. */
  readonly groupInputs: ReadonlySignal<Loadable<ReadonlyMap<string, InterValue | null>>>;
  readonly groupMetrics: ReadonlySignal<Loadable<ReadonlyMap<string, MetricsResult>>>;
  /** The chosen run's id; null is the run that the view shows. */
  readonly chosen: ReadonlySignal<string | null>;
  retry(): void;
  dispose(): void;
}

/** Which inputs an entropy is of. */
export interface InputEntropy {
  readonly of: 'training' | 'probes';
  readonly value: InterValue | null;
  readonly estimator: string;
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
  const keyOf = (name: string): string => `${name} ${whole.value.length} ${attempt.value}`;
  const groupRuns = resource({
    key: computed(() => (whole.value.length > 0 ? keyOf('group') : null)),
    doing: 'looking for runs of other sizes',
    load: (_key, call) => viewer.host.call('groupRuns', {}, call),
  });
  const group = computed(() => latest(groupRuns.value.value) ?? []);
  const chosen = computed(() => {
    const wanted = viewer.training.value?.run;
    const found = group.value.find(({ id }) => id === wanted);
    return found && !found.own ? found.id : null;
  });
  const labels = resource({
    key: computed(() =>
      whole.value.length > 0 && classes.value > 0 ? `${keyOf('labels')} ${chosen.value ?? ''}` : null,
    ),
    doing: 'counting labels and predictions',
    load: (_key, call) => {
      const request = { query: printQuery(WHOLE_CUBE), measure: 'label' as const };
      return ask<LabelResult>(viewer, chosen.peek(), request, call);
    },
  });
  const inputs = resource({
    key: computed(() => (whole.value.length > 0 ? `${whole.value[0]} ${attempt.value}` : null)),
    doing: 'computing the diversity of the inputs',
    load: (key, call) => inputEntropy(viewer, Number(key.split(' ')[0]), call),
  });
  const metrics = resource({
    key: computed(() => (whole.value.length > 0 ? keyOf('metrics') : null)),
    doing: 'reading losses and accuracies',
    load: (_key, call) => askMetrics(viewer, null, call),
  });
  const ids = computed(() => group.value.map(({ id, own }) => ({ id, run: own ? null : id })));
  const groupKey = computed(() =>
    ids.value.length > 1 ? `${keyOf('group')} ${ids.value.map(({ id }) => id).join(' ')}` : null,
  );
  const groupMetrics = resource({
    key: groupKey,
    doing: 'reading losses of the group',
    load: (_key, call) => byRun(ids.peek(), (run) => askMetrics(viewer, run, call)),
  });
  const groupInputs = resource({
    key: groupKey,
    doing: 'computing the diversity of the training inputs',
    load: (_key, call) =>
      byRun(ids.peek(), async (run) => (await viewer.host.call('trainingEntropy', { run }, call)).value),
  });
  const all = [groupRuns, labels, inputs, metrics, groupMetrics, groupInputs];
  return {
    ...{ group, chosen, labels: labels.value, inputs: inputs.value, metrics: metrics.value },
    ...{ groupMetrics: groupMetrics.value, groupInputs: groupInputs.value },
    retry: () => attempt.value++,
    dispose: () => {
      for (const one of all) one.dispose();
    },
  };
}

async function byRun<T>(
  runs: readonly { readonly id: string; readonly run: string | null }[],
  load: (run: string | null) => Promise<T>,
): Promise<ReadonlyMap<string, T>> {
  return new Map(await Promise.all(runs.map(async ({ id, run }) => [id, await load(run)] as const)));
}

/** Of what the run was trained on where it keeps that, else of its probes. */
async function inputEntropy(viewer: Viewer, epoch: number, call: CallOptions): Promise<InputEntropy> {
  const own = await viewer.host.call('trainingEntropy', { run: null }, call);
  if (own.value) return { of: 'training', value: own.value, estimator: 'k-nearest-neighbour graph, exact Euclidean' };
  const request = { query: printQuery(inputsQuery(epoch)), measure: 'inter' as const };
  const result = await ask<InterResult>(viewer, null, { ...request, options: { noise: true, interval: true } }, call);
  return { of: 'probes', value: result.values[0] ?? null, estimator: result.provenance.estimator };
}

function askMetrics(viewer: Viewer, run: string | null, call: CallOptions): Promise<MetricsResult> {
  return ask<MetricsResult>(viewer, run, { query: printQuery(WHOLE_CUBE), measure: 'metrics' }, call);
}

async function ask<R extends MeasureResult>(
  viewer: Viewer,
  run: string | null,
  request: MeasureRequest & { readonly measure: R['measure'] },
  call: CallOptions,
): Promise<R> {
  const result = await viewer.host.call('measure', run === null ? request : { ...request, run }, call);
  if (result.measure !== request.measure) throw new Error(`asked for ${request.measure}, got ${result.measure}`);
  // A result of the asked measure has that measure's form.
  return result as R;
}
