/**
 * The few facts that a person chooses – query, measure, epoch, view – as signals, and what follows from
 * them. Strips, slabs, network and text all read the one query and all write it.
 */
import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import * as v from 'valibot';
import type { Estimate, LayerReport, MeasureName, MetricsResult } from '../../src/protocol/measure.js';
import { ALL, WHOLE_CUBE, type Query } from '../../src/protocol/query.js';
import { parseQuery, printQuery } from '../../src/protocol/queryText.js';
import type { InformationChoice } from '../../src/protocol/information.js';
import type { CompareChoice } from '../../src/protocol/compare.js';
import type { NetworkChoice } from '../../src/protocol/network.js';
import type { RunDescription } from '../../src/protocol/run.js';
import {
  ViewState,
  type ChannelChoice,
  type LayerPair,
  Selected,
  type TrainingChoice,
  type PictureStack,
  type ViewerContract,
} from '../../src/protocol/viewer.js';
import type { Host } from '../host/host.js';
import { NOTHING_SELECTED, sameSelected } from '../selection/linked.js';
import { layerBands, withLayers } from '../selection/terms.js';
import { createAsker, type Asker } from './answer.js';
import { factsOf, firstLayer, type RunFacts } from './facts.js';
import { copyLink } from './copyLink.js';
import { createHistory, type History } from './history.js';
import { linkSelection } from './linkSelection.js';
import { latest, type Loadable } from './loadable.js';
import { resource } from './resource.js';
import { restedSignal } from './restedSignal.js';

export interface Viewer {
  readonly host: Host;
  readonly run: ReadonlySignal<Loadable<RunDescription>>;
  readonly facts: ReadonlySignal<RunFacts | null>;
  readonly view: Signal<ViewState['view']>;
  readonly query: Signal<Query>;
  /** The query as it is printed canonically. */
  readonly text: ReadonlySignal<string>;
  readonly measure: Signal<MeasureName>;
  /** Add the jackknife interval to inter-sample entropy. */
  readonly interval: Signal<boolean>;
  /** The chosen epoch; null follows the last whole one. */
  readonly epoch: Signal<number | null>;
  readonly cursorEpoch: ReadonlySignal<number>;
  /** The cursor's once the slider rests there: questions and sentences follow it, a frame of a drag draws pictures alone. */
  readonly restedEpoch: ReadonlySignal<number>;
  /** The classes that a person pinned; null leaves the choice to the view. */
  readonly classes: Signal<readonly number[] | null>;
  /** Layer, channel and sample that are selected in all views. */
  readonly selected: ReadonlySignal<Selected>;
  /** Selects in all views; another layer has no channel until one is named. */
  select(part: Partial<Selected>): void;
  /** What the training view counts; null leaves the choice to the view. */
  readonly training: Signal<TrainingChoice | null>;
  /** What the channel view shows; null leaves the choice to the view. */
  readonly channels: Signal<ChannelChoice | null>;
  /** What the layer view shows; null leaves the choice to the view. */
  readonly layers: Signal<LayerPair | null>;
  /** What the network view shows; null leaves the choice to the view. */
  readonly network: Signal<NetworkChoice | null>;
  /** What the information view shows; null leaves the choice to the view. */
  readonly information: Signal<InformationChoice | null>;
  /** What the compare view shows; null leaves the choice to the view. */
  readonly compare: Signal<CompareChoice | null>;
  readonly estimate: ReadonlySignal<Loadable<AskedEstimate>>;
  readonly classMeans: ReadonlySignal<Loadable<PictureStack>>;
  readonly channelMeans: ReadonlySignal<Loadable<PictureStack>>;
  readonly metrics: ReadonlySignal<Loadable<MetricsResult>>;
  /** Which channels are dead; asked for when there is nothing more urgent, since it looks at every layer. */
  readonly reports: ReadonlySignal<Loadable<readonly LayerReport[]>>;
  readonly answer: Asker['answer'];
  readonly asking: ReadonlySignal<boolean>;
  /** A short line for a moment: where a source line is, what was saved. */
  readonly notice: Signal<string | null>;
  readonly history: History<AskedQuery>;
  ask(): void;
  cancel(): void;
  openSource(layer: number): Promise<void>;
  /** Puts a link to what is shown into the clipboard. */
  copyLink(): Promise<void>;
  save(file: ViewerContract['saveFile']['input']): Promise<void>;
  dispose(): void;
}

/** An estimate with the query text that it is for: the one in sight may be of the query before. */
export type AskedEstimate = Estimate & { readonly asked: string };

export interface AskedQuery {
  readonly query: string;
  readonly measure: MeasureName;
}

/** A state that says what is selected, as a kept one does; of any other the selection follows. */
const Chosen = v.object({ selected: Selected });

/** Answers that are quicker than this are asked for without a press of the button. */
const QUICK_SECONDS = 2;

export function createViewer(host: Host): Viewer {
  const kept = host.loadState();
  const start = kept ?? v.parse(ViewState, {});
  const version = signal(0);
  const view = signal(start.view);
  const query = signal<Query>(readQuery(start.query) ?? WHOLE_CUBE);
  const measure = signal(start.measure);
  const epoch = signal(start.epoch);
  const classes = signal<readonly number[] | null>(start.classes ?? null);
  const training = signal<TrainingChoice | null>(start.training ?? null);
  const channels = signal<ChannelChoice | null>(start.channels ?? null);
  const layers = signal<LayerPair | null>(start.layers ?? null);
  const network = signal<NetworkChoice | null>(start.network ?? null);
  const information = signal<InformationChoice | null>(start.information ?? null);
  const compare = signal<CompareChoice | null>(start.compare ?? null);
  const interval = signal(true);
  const notice = signal<string | null>(null);
  const text = computed(() => printQuery(query.value));
  const asker = createAsker(host);
  const history = createHistory<AskedQuery>((a, b) => a.query === b.query && a.measure === b.measure);

  const run = resource({
    key: computed(() => `run ${version.value}`),
    doing: 'reading the run',
    load: (_key, call) => host.call('describe', {}, call),
  });
  const facts = computed(() => {
    const description = latest(run.value.value);
    return description ? factsOf(description) : null;
  });
  const link = linkSelection({ facts, query, classes, channels, layers }, start.selected);
  const ready = computed(() => facts.value !== null && facts.value.lastWhole >= 0);
  const latestEpoch = computed(() => Math.max(0, facts.value?.lastWhole ?? 0));
  const cursorEpoch = computed(() => epoch.value ?? latestEpoch.value);
  const restedChoice = restedSignal(epoch);
  const restedEpoch = computed(() => restedChoice.value.value ?? latestEpoch.value);
  const options = computed(() => (measure.value === 'inter' ? { noise: true, interval: interval.value } : {}));

  const estimate = resource({
    key: computed(() =>
      ready.value ? JSON.stringify([text.value, measure.value, options.value, version.value]) : null,
    ),
    doing: 'estimating what the query costs',
    delayMilliseconds: 120,
    load: async (_key, call): Promise<AskedEstimate> => {
      const request = { query: text.peek(), measure: measure.peek(), options: options.peek() };
      return { ...(await host.call('estimate', request, call)), asked: request.query };
    },
  });
  const classMeans = resource({
    key: computed(() => (facts.value ? 'class means' : null)),
    doing: 'averaging the inputs of each class',
    load: (_key, call) => host.call('classMeans', {}, call),
  });
  let means: string | null = null;
  const meansKey = computed(() => {
    const known = facts.value;
    // No other view shows them: there they wait as they are.
    if (view.value !== 'query') return means;
    if (!known || known.lastWhole < 0) return null;
    const first = layerBands(query.value.layers, known.layers)[0]?.[0];
    if (first === undefined) return null;
    const layers = withLayers([[first, first]], known.layers);
    const at = nearestWhole(known, cursorEpoch.value);
    const one: Query = { ...query.value, layers, channels: ALL, epochs: { kind: 'ranges', ranges: [[at, at]] } };
    return (means = JSON.stringify({ query: printQuery(one), epoch: at }));
  });
  const channelMeans = resource({
    key: meansKey,
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

  /** Once they are there they stay, and follow the run, whatever is being asked. */
  let reported = false;
  const asking = computed(() => {
    const current = asker.answer.value;
    return current?.main.state === 'loading' || current?.intra.state === 'loading';
  });

  const reports = resource({
    key: computed(() => {
      const idle = asker.answer.value !== null && !asking.value;
      return ready.value && (idle || reported) ? `reports ${facts.value!.lastWhole}` : null;
    }),
    doing: 'looking for dead channels',
    load: async (_key, call) => {
      const result = await host.call('report', { epoch: null }, call);
      reported = true;
      return result;
    },
  });

  function ask(): void {
    history.push({ query: text.peek(), measure: measure.peek() });
    void asker.ask(query.peek(), measure.peek(), options.peek());
  }

  const chosen = computed((): ViewState => {
    const state = { view: view.value, query: text.value, measure: measure.value, epoch: epoch.value };
    return {
      ...state,
      ...(classes.value === null ? {} : { classes: [...classes.value] }),
      ...(sameSelected(link.selected.value, NOTHING_SELECTED) ? {} : { selected: link.selected.value }),
      ...(training.value === null ? {} : { training: training.value }),
      ...(channels.value === null ? {} : { channels: channels.value }),
      ...(layers.value === null ? {} : { layers: layers.value }),
      ...(network.value === null ? {} : { network: network.value }),
      ...(compare.value === null ? {} : { compare: compare.value }),
      ...(information.value === null ? {} : { information: information.value }),
    };
  });

  function show(state: unknown): void {
    const next = v.parse(ViewState, { ...chosen.peek(), ...(typeof state === 'object' ? state : {}) });
    batch(() => {
      view.value = next.view;
      query.value = readQuery(next.query) ?? query.peek();
      measure.value = next.measure;
      epoch.value = next.epoch;
      classes.value = next.classes ?? null;
      training.value = next.training ?? null;
      channels.value = next.channels ?? null;
      layers.value = next.layers ?? null;
      network.value = next.network ?? null;
      compare.value = next.compare ?? null;
      information.value = next.information ?? null;
      if (v.is(Chosen, state)) link.adopt(next.selected);
      wantsAnswer.value = true;
    });
  }

  /** Set when a link or a reload brought a query: asked once its estimate says that it is quick. */
  const wantsAnswer = signal(true);
  const disposers = [
    run.dispose,
    restedChoice.dispose,
    link.dispose,
    estimate.dispose,
    classMeans.dispose,
    channelMeans.dispose,
    metrics.dispose,
    reports.dispose,
    host.onEvent((event) => {
      if (event.type === 'show') return show(event.state);
      version.value++;
      // A long answer is not begun anew at every epoch: it would never end. One that was cancelled is not wanted.
      const states = [asker.answer.peek()?.main.state, asker.answer.peek()?.intra.state];
      wantsAnswer.value = !asking.peek() && states[0] !== 'failed' && !states.includes('cancelled');
    }),
    effect(() => {
      if (!wantsAnswer.value || estimate.value.value.state !== 'done') return;
      if (estimate.value.value.value.asked !== text.peek()) return;
      wantsAnswer.value = false;
      if (estimate.value.value.value.seconds <= QUICK_SECONDS) ask();
    }),
    effect(() => {
      if (facts.value) host.saveState(chosen.value);
    }),
    beginAtFirstLayer(kept === null, facts, query, link.adopt),
  ];

  return {
    ...{
      host,
      run: run.value,
      facts,
      view,
      query,
      text,
      measure,
      interval,
      epoch,
      cursorEpoch,
      restedEpoch,
      classes,
      training,
      channels,
      layers,
      network,
      compare,
      information,
    },
    ...{ selected: link.selected, select: link.select },
    ...{ estimate: estimate.value, classMeans: classMeans.value, channelMeans: channelMeans.value },
    ...{
      metrics: metrics.value,
      reports: reports.value,
      answer: asker.answer,
      asking,
      notice,
      history,
      ask,
      cancel: asker.cancel,
    },
    copyLink: () => copyLink(host.linkTo(chosen.peek()), notice),
    openSource: (layer) => openSource(host, facts.peek(), layer, notice),
    save: (file) => save(host, file, notice),
    dispose: () => {
      for (const dispose of disposers) dispose();
      host.close();
    },
  };
}

/** Null for text that is no query, as in a link that was cut off. */
function readQuery(text: string): Query | null {
  try {
    return parseQuery(text);
  } catch {
    return null;
  }
}

function nearestWhole(facts: RunFacts, epoch: number): number {
  if (facts.whole.has(epoch)) return epoch;
  const distance = (other: number): number => Math.abs(other - epoch);
  return [...facts.whole].reduce((best, other) => (distance(other) < distance(best) ? other : best), facts.lastWhole);
}

function beginAtFirstLayer(
  fresh: boolean,
  facts: ReadonlySignal<RunFacts | null>,
  query: Signal<Query>,
  adopt: () => void,
): () => void {
  let done = !fresh;
  return effect(() => {
    if (done || !facts.value) return;
    done = true;
    const { index } = firstLayer(facts.value);
    query.value = { ...query.peek(), layers: withLayers([[index, index]], facts.value.layers) };
    adopt();
  });
}

async function openSource(
  host: Host,
  facts: RunFacts | null,
  layer: number,
  notice: Signal<string | null>,
): Promise<void> {
  const span = facts?.layers[layer]?.source;
  if (host.kind === 'browser') {
    notice.value = span ? `${span.file}:${span.line}:${span.column}` : 'No line of the script made this layer.';
    return;
  }
  await told(host.call('openSource', { layer }), 'opening the source', notice);
}

async function save(
  host: Host,
  file: ViewerContract['saveFile']['input'],
  notice: Signal<string | null>,
): Promise<void> {
  await told(host.call('saveFile', file), `saving ${file.name}`, notice);
}

async function told(work: Promise<unknown>, doing: string, notice: Signal<string | null>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Error && 'kind' in error && error.kind === 'cancelled')) {
      notice.value = error instanceof Error ? error.message : `${doing} failed`;
    }
  }
}
