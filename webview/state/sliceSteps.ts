/** Takes a slice back and puts it there again, with all that followed it in other views: pins, sides, the selection. */
import { batch, computed, effect, type ReadonlySignal } from '@preact/signals';
import { sameSelected } from '../selection/linked.js';
import { createHistory } from './history.js';
import type { LinkedFacts, SelectionLink } from './linkSelection.js';
import { restedSignal } from './restedSignal.js';

export interface SliceSteps {
  /** The slice before; nothing at the first one. */
  undo(): void;
  redo(): void;
  dispose(): void;
}

/** Of a drag the slice that it ends with is kept, and of what is chosen before a run is read nothing. */
export function sliceSteps({ facts, ...chosen }: LinkedFacts, link: SelectionLink): SliceSteps {
  const { query, classes, channels, layers } = chosen;
  const all = { query, classes, channels, layers, selected: link.selected };
  const current = computed(() => (facts.value ? valuesOf(all) : null));
  const history = createHistory<Values>(
    (a, b) =>
      a.query === b.query &&
      a.classes === b.classes &&
      a.channels === b.channels &&
      a.layers === b.layers &&
      sameSelected(a.selected, b.selected),
  );
  const rested = restedSignal(current);
  const keep = (values: Values | null): void => {
    if (values) history.push(values);
  };
  const stop = effect(() => keep(rested.value.value));

  function take(step: () => Values | null): void {
    // What has not rested yet is a step, too.
    keep(current.peek());
    const next = step();
    if (!next) return;
    batch(() => {
      query.value = next.query;
      classes.value = next.classes;
      channels.value = next.channels;
      layers.value = next.layers;
      link.adopt(next.selected);
    });
  }

  return {
    undo: () => take(history.back),
    redo: () => take(history.forward),
    dispose: () => {
      stop();
      rested.dispose();
    },
  };
}

type Signals = Omit<LinkedFacts, 'facts'> & Pick<SelectionLink, 'selected'>;
type Values = { readonly [Name in keyof Signals]: Signals[Name] extends ReadonlySignal<infer T> ? T : never };

function valuesOf({ query, classes, channels, layers, selected }: Signals): Values {
  return {
    query: query.value,
    classes: classes.value,
    channels: channels.value,
    layers: layers.value,
    selected: selected.value,
  };
}
