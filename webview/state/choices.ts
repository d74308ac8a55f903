/** What a person chooses, a signal each, and the one state that a host keeps, sends and links to. */
import { batch, signal, type Signal } from '@preact/signals';
import type { MeasureName } from '../../src/protocol/measure.js';
import { WHOLE_CUBE, type Query } from '../../src/protocol/query.js';
import { parseQuery, printQuery } from '../../src/protocol/queryText.js';
import { VIEW_CHOICES, type ViewState } from '../../src/protocol/viewState.js';

/** Absent from a state while the choice is left to the view. */
type LeftToView = 'classes' | keyof typeof VIEW_CHOICES;
const LEFT_TO_VIEWS = ['classes', ...Object.keys(VIEW_CHOICES)] as LeftToView[];
/** Null: the view chooses. */
type ViewChoices = { readonly [Name in LeftToView]: Signal<Readonly<NonNullable<ViewState[Name]>> | null> };

/** `classes`: those that a person pinned. The others: what the view of that name shows. */
export interface Choices extends ViewChoices {
  readonly view: Signal<ViewState['view']>;
  readonly query: Signal<Query>;
  readonly measure: Signal<MeasureName>;
  /** Null follows the last whole one. */
  readonly epoch: Signal<number | null>;
}

export function createChoices(start: ViewState): Choices {
  const left = LEFT_TO_VIEWS.map((name) => [name, signal(start[name] ?? null)]);
  return {
    view: signal(start.view),
    query: signal(readQuery(start.query) ?? WHOLE_CUBE),
    measure: signal(start.measure),
    epoch: signal(start.epoch),
    ...(Object.fromEntries(left) as ViewChoices),
  };
}

/** All but what is selected. */
export function stateOf(choices: Choices): ViewState {
  const { view, query, measure, epoch } = choices;
  const made = LEFT_TO_VIEWS.flatMap((name) => (choices[name].value === null ? [] : [[name, choices[name].value]]));
  return {
    ...{ view: view.value, query: printQuery(query.value), measure: measure.value, epoch: epoch.value },
    ...(Object.fromEntries(made) as Pick<ViewState, LeftToView>),
  };
}

/** A query that cannot be read, as in a link that was cut off, leaves the one that is there. */
export function takeState(choices: Choices, state: ViewState): void {
  batch(() => {
    choices.view.value = state.view;
    choices.query.value = readQuery(state.query) ?? choices.query.peek();
    choices.measure.value = state.measure;
    choices.epoch.value = state.epoch;
    for (const name of LEFT_TO_VIEWS) (choices[name] as Signal<unknown>).value = state[name] ?? null;
  });
}

function readQuery(text: string): Query | null {
  try {
    return parseQuery(text);
  } catch {
    return null;
  }
}
