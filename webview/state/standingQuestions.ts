/** What is asked without being told to: the run, what a query would cost, and the small pictures and numbers around it. */
import { computed, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Estimate, LayerReport, MetricsResult } from '../../src/protocol/measure.js';
import { ALL, WHOLE_CUBE, type Query } from '../../src/protocol/query.js';
import { printQuery } from '../../src/protocol/queryText.js';
import type { RunDescription } from '../../src/protocol/run.js';
import type { PictureStack, ViewerContract } from '../../src/protocol/viewer.js';
import type { Host } from '../host/host.js';
import { layerBands, withLayers } from '../selection/terms.js';
import type { Choices } from './choices.js';
import type { RunFacts } from './facts.js';
import type { Loadable } from './loadable.js';
import { resource } from './resource.js';

/** An estimate with the query text that it is for: the one in sight may be of the query before. */
export type AskedEstimate = Estimate & { readonly asked: string };

type MeasureOptions = ViewerContract['estimate']['input']['options'];

/** What the questions depend on. */
export interface QuestionSources {
  readonly host: Host;
  readonly facts: ReadonlySignal<RunFacts | null>;
  readonly choices: Pick<Choices, 'view' | 'query' | 'measure'>;
  /** The query as it is printed canonically. */
  readonly text: ReadonlySignal<string>;
  readonly options: ReadonlySignal<MeasureOptions>;
  readonly cursorEpoch: ReadonlySignal<number>;
  /** Counts up when the run has changed. */
  readonly version: ReadonlySignal<number>;
  /** Whether nothing that a person asked for is still to come. */
  readonly idle: ReadonlySignal<boolean>;
}

export interface StandingQuestions {
  readonly estimate: ReadonlySignal<Loadable<AskedEstimate>>;
  readonly classMeans: ReadonlySignal<Loadable<PictureStack>>;
  readonly channelMeans: ReadonlySignal<Loadable<PictureStack>>;
  readonly metrics: ReadonlySignal<Loadable<MetricsResult>>;
  /** Which channels are dead; asked for when there is nothing more urgent, since it looks at every layer. */
  readonly reports: ReadonlySignal<Loadable<readonly LayerReport[]>>;
  /** Asks again for the mean pictures that could not be read. */
  retryMeans(): void;
  dispose(): void;
}

export function runQuestion(host: Host, version: Signal<number>) {
  return resource<RunDescription>({
    key: computed(() => `run ${version.value}`),
    doing: 'reading the run',
    load: (_key, call) => host.call('describe', {}, call),
  });
}

export function createQuestions(sources: QuestionSources): StandingQuestions {
  const { host, facts } = sources;
  const ready = computed(() => facts.value !== null && facts.value.lastWhole >= 0);
  const estimate = estimateQuestion(sources, ready);
  const classMeans = resource({
    key: computed(() => (facts.value ? 'class means' : null)),
    doing: 'averaging the inputs of each class',
    load: (_key, call) => host.call('classMeans', {}, call),
  });
  const channelMeans = resource({
    key: channelMeansKey(sources),
    doing: 'averaging the maps of each channel',
    delayMilliseconds: 80,
    load: (key, call) => host.call('channelMeans', JSON.parse(key) as { query: string; epoch: number }, call),
  });
  const metrics = resource({
    key: computed(() => (ready.value ? `metrics ${facts.value!.description.summary.epochs.length}` : null)),
    doing: 'reading losses and accuracies',
    load: async (_key, call) => {
      const result = await host.call('measure', { query: printQuery(WHOLE_CUBE), measure: 'metrics' }, call);
      if (result.measure !== 'metrics') throw new Error(`asked for metrics, got ${result.measure}`);
      return result;
    },
  });
  const reports = reportsQuestion(sources, ready);
  const all = [estimate, classMeans, channelMeans, metrics, reports];
  return {
    ...{ estimate: estimate.value, classMeans: classMeans.value, channelMeans: channelMeans.value },
    ...{ metrics: metrics.value, reports: reports.value },
    retryMeans: () => [classMeans, channelMeans].filter(hasFailed).forEach(({ retry }) => retry()),
    dispose: () => all.forEach(({ dispose }) => dispose()),
  };
}

function hasFailed({ value }: { readonly value: ReadonlySignal<Loadable<unknown>> }): boolean {
  return value.peek().state === 'failed';
}

function estimateQuestion({ host, choices, text, options, version }: QuestionSources, ready: ReadonlySignal<boolean>) {
  const { measure } = choices;
  return resource({
    key: computed(() =>
      ready.value ? JSON.stringify([text.value, measure.value, options.value, version.value]) : null,
    ),
    doing: 'estimating the cost of the query',
    delayMilliseconds: 120,
    load: async (_key, call): Promise<AskedEstimate> => {
      const request = { query: text.peek(), measure: measure.peek(), options: options.peek() };
      return { ...(await host.call('estimate', request, call)), asked: request.query };
    },
  });
}

/** Of the first layer in question at the cursor's epoch, or the nearest that is whole. */
function channelMeansKey({ facts, choices, cursorEpoch }: QuestionSources): ReadonlySignal<string | null> {
  let last: string | null = null;
  return computed(() => {
    const known = facts.value;
    // No other view shows them: there they wait as they are.
    if (choices.view.value !== 'query') return last;
    if (!known || known.lastWhole < 0) return null;
    const first = layerBands(choices.query.value.layers, known.layers)[0]?.[0];
    if (first === undefined) return null;
    const layers = withLayers([[first, first]], known.layers);
    const at = nearestWhole(known, cursorEpoch.value);
    const one: Query = {
      ...{ ...choices.query.value, layers, channels: ALL },
      epochs: { kind: 'ranges', ranges: [[at, at]] },
    };
    return (last = JSON.stringify({ query: printQuery(one), epoch: at }));
  });
}

/** Once they are there they stay, and follow the run, whatever is being asked. */
function reportsQuestion({ host, facts, idle }: QuestionSources, ready: ReadonlySignal<boolean>) {
  let reported = false;
  return resource({
    key: computed(() => {
      const isTime = idle.value || reported;
      return ready.value && isTime ? `reports ${facts.value!.lastWhole}` : null;
    }),
    doing: 'looking for dead channels',
    load: async (_key, call) => {
      const result = await host.call('report', { epoch: null }, call);
      reported = true;
      return result;
    },
  });
}

function nearestWhole(facts: RunFacts, epoch: number): number {
  if (facts.whole.has(epoch)) return epoch;
  const distance = (other: number): number => Math.abs(other - epoch);
  return [...facts.whole].reduce((best, other) => (distance(other) < distance(best) ? other : best), facts.lastWhole);
}
