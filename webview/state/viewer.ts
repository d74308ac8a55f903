/**
 * The few facts that a person chooses – query, measure, epoch, view – as signals, and what follows from
 * them. Strips, slabs, network and text all read the one query and all write it.
 */
import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import * as v from 'valibot';
import { MEASURE_DESCRIPTORS, type MeasureName } from '../../src/protocol/measure.js';
import type { Query } from '../../src/protocol/query.js';
import { printQuery } from '../../src/protocol/queryText.js';
import type { RunDescription } from '../../src/protocol/run.js';
import type { ViewerContract } from '../../src/protocol/viewer.js';
import { Selected, ViewState } from '../../src/protocol/viewState.js';
import type { Host } from '../host/host.js';
import { NOTHING_SELECTED, sameSelected } from '../selection/linked.js';
import { withLayers } from '../selection/terms.js';
import { createAsker, type Asker } from './answer.js';
import { createChoices, stateOf, takeState, type Choices } from './choices.js';
import { copyLink } from './copyLink.js';
import { factsOf, firstLayer, type RunFacts } from './facts.js';
import { createHistory, type History } from './history.js';
import { openSource, save } from './hostActions.js';
import { linkSelection } from './linkSelection.js';
import { latest, type Loadable } from './loadable.js';
import { restedSignal } from './restedSignal.js';
import { sliceSteps, type SliceSteps } from './sliceSteps.js';
import { createQuestions, runQuestion, type StandingQuestions } from './standingQuestions.js';

export interface Viewer extends Choices, Omit<StandingQuestions, 'dispose'> {
  readonly host: Host;
  readonly run: ReadonlySignal<Loadable<RunDescription>>;
  readonly facts: ReadonlySignal<RunFacts | null>;
  /** The query as it is printed canonically. */
  readonly text: ReadonlySignal<string>;
  /** Add the jackknife interval to measures that have one. */
  readonly interval: Signal<boolean>;
  readonly cursorEpoch: ReadonlySignal<number>;
  /** The cursor's once the slider rests there: questions and sentences follow it, a frame of a drag draws pictures alone. */
  readonly restedEpoch: ReadonlySignal<number>;
  /** Layer, channel and sample that are selected in all views. */
  readonly selected: ReadonlySignal<Selected>;
  /** Selects in all views; another layer has no channel until one is named. */
  select(part: Partial<Selected>): void;
  readonly answer: Asker['answer'];
  readonly asking: ReadonlySignal<boolean>;
  /** A short line for a moment: where a source line is, what was saved. */
  readonly notice: Signal<string | null>;
  readonly history: History<AskedQuery>;
  /** Takes back and forth what was sliced. */
  readonly slices: Omit<SliceSteps, 'dispose'>;
  ask(): void;
  cancel(): void;
  openSource(layer: number): Promise<void>;
  /** Puts a link to what is shown into the clipboard. */
  copyLink(): Promise<void>;
  save(file: ViewerContract['saveFile']['input']): Promise<void>;
  dispose(): void;
}

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
  const choices = createChoices(start);
  const { query, measure, epoch, classes, channels, layers } = choices;
  const interval = signal(true);
  const notice = signal<string | null>(null);
  const text = computed(() => printQuery(query.value));
  const asker = createAsker(host);
  const history = createHistory<AskedQuery>((a, b) => a.query === b.query && a.measure === b.measure);

  const run = runQuestion(host, version);
  const facts = computed(() => {
    const description = latest(run.value.value);
    return description ? factsOf(description) : null;
  });
  const linked = { facts, query, classes, channels, layers };
  const link = linkSelection(linked, start.selected);
  const slices = sliceSteps(linked, link);
  const latestEpoch = computed(() => Math.max(0, facts.value?.lastWhole ?? 0));
  const cursorEpoch = computed(() => epoch.value ?? latestEpoch.value);
  const restedChoice = restedSignal(epoch);
  const restedEpoch = computed(() => restedChoice.value.value ?? latestEpoch.value);
  const options = computed(() => {
    const taken = MEASURE_DESCRIPTORS[measure.value].options;
    return {
      ...('noise' in taken ? { noise: true } : {}),
      ...('interval' in taken ? { interval: interval.value } : {}),
    };
  });
  const asking = computed(() => {
    const current = asker.answer.value;
    return current?.main.state === 'loading' || current?.intra.state === 'loading';
  });
  const idle = computed(() => asker.answer.value !== null && !asking.value);
  const { dispose: disposeQuestions, ...questions } = createQuestions({
    ...{ host, facts, choices, text, options, cursorEpoch, version, idle },
  });

  function ask(): void {
    history.push({ query: text.peek(), measure: measure.peek() });
    void asker.ask(query.peek(), measure.peek(), options.peek());
  }

  const chosen = computed((): ViewState => {
    const selected = link.selected.value;
    return { ...stateOf(choices), ...(sameSelected(selected, NOTHING_SELECTED) ? {} : { selected }) };
  });

  function show(state: unknown): void {
    const next = v.parse(ViewState, { ...chosen.peek(), ...(typeof state === 'object' ? state : {}) });
    batch(() => {
      takeState(choices, next);
      if (v.is(Chosen, state)) link.adopt(next.selected);
      wantsAnswer.value = true;
    });
  }

  /** Set when a link or a reload brought a query: asked once its estimate says that it is quick. */
  const wantsAnswer = signal(true);
  const disposers = [
    run.dispose,
    restedChoice.dispose,
    slices.dispose,
    link.dispose,
    disposeQuestions,
    host.onEvent((event) => {
      if (event.type === 'show') return show(event.state);
      version.value++;
      // A long answer is not begun anew at every epoch: it would never end. One that was cancelled is not wanted.
      const states = [asker.answer.peek()?.main.state, asker.answer.peek()?.intra.state];
      wantsAnswer.value = !asking.peek() && states[0] !== 'failed' && !states.includes('cancelled');
    }),
    effect(() => {
      const estimate = questions.estimate.value;
      if (!wantsAnswer.value || estimate.state !== 'done') return;
      if (estimate.value.asked !== text.peek()) return;
      wantsAnswer.value = false;
      if (estimate.value.seconds <= QUICK_SECONDS) ask();
    }),
    effect(() => {
      if (facts.value) host.saveState(chosen.value);
    }),
    beginAtFirstLayer(kept === null, facts, query, link.adopt),
  ];

  return {
    ...choices,
    ...questions,
    ...{ host, run: run.value, facts, text, interval, cursorEpoch, restedEpoch },
    ...{ selected: link.selected, select: link.select },
    ...{ answer: asker.answer, asking, notice, history, slices, ask, cancel: asker.cancel },
    copyLink: () => copyLink(host.linkTo(chosen.peek()), notice),
    openSource: (layer) => openSource(host, facts.peek(), layer, notice),
    save: (file) => save(host, file, notice),
    dispose: () => {
      for (const dispose of disposers) dispose();
      host.close();
    },
  };
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
