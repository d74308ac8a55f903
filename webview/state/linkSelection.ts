/**
 * Keeps the query, the channel view's choice and the layer view's pair on the one selection: whichever of
 * them a person changes, the selection follows, and the others follow it. A slice of classes pins them.
 */
import { batch, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Query } from '../../src/protocol/query.js';
import type { Layer } from '../../src/protocol/run.js';
import type { ChannelChoice, LayerPair, Selected } from '../../src/protocol/viewState.js';
import {
  channelChoiceOf,
  classesBy,
  NOTHING_SELECTED,
  pairOf,
  queryOf,
  sameSelected,
  selectedAfter,
  selectedBy,
  selectedByPair,
} from '../selection/linked.js';
import type { RunFacts } from './facts.js';

export interface LinkedFacts {
  readonly facts: ReadonlySignal<RunFacts | null>;
  readonly query: Signal<Query>;
  /** The pinned ones. */
  readonly classes: Signal<readonly number[] | null>;
  readonly channels: Signal<ChannelChoice | null>;
  readonly layers: Signal<LayerPair | null>;
}

export interface SelectionLink {
  readonly selected: ReadonlySignal<Selected>;
  select(part: Partial<Selected>): void;
  /** Takes all as they are, as from a link: nothing follows from them until one changes. */
  adopt(selected?: Selected): void;
  dispose(): void;
}

export function linkSelection(linked: LinkedFacts, start: Selected | undefined): SelectionLink {
  const { facts, query, classes, channels, layers } = linked;
  const selected = signal(start ?? NOTHING_SELECTED);
  let last = { query: query.peek(), channels: channels.peek(), layers: layers.peek() };
  const adoptAll = (): void => {
    last = { query: query.peek(), channels: channels.peek(), layers: layers.peek() };
  };

  function select(part: Partial<Selected>): void {
    if (Object.keys(part).length === 0) return;
    const next = selectedAfter(selected.peek(), part);
    if (!sameSelected(next, selected.peek())) selected.value = next;
    spread();
  }

  function followQuery(before: Query, now: Query, known: readonly Layer[]): void {
    select(selectedBy(now, known));
    const [old, named] = [before, now].map((one) => classesBy(one, facts.peek()?.classCount ?? 0));
    if (named && named.join() !== old?.join()) classes.value = named;
  }

  function spread(): void {
    const known = facts.peek()?.layers;
    if (!known) return;
    batch(() => {
      query.value = queryOf(query.peek(), selected.peek(), known);
      channels.value = channelChoiceOf(channels.peek(), selected.peek(), known);
      layers.value = pairOf(layers.peek(), selected.peek(), known);
      adoptAll();
    });
  }

  const disposers = [
    effect(() => {
      const now = { query: query.value, channels: channels.value, layers: layers.value };
      const known = facts.value?.layers;
      if (!known) return;
      const before = last;
      adoptAll();
      if (now.query !== before.query) followQuery(before.query, now.query, known);
      else if (now.channels && now.channels !== before.channels)
        select(selectedByChannels(before.channels, now.channels));
      else if (now.layers && now.layers !== before.layers) select(selectedByPair(before.layers, now.layers));
    }),
    spreadOnce(facts, start !== undefined, spread),
  ];
  return {
    selected,
    select,
    adopt: (given) => {
      if (given) selected.value = given;
      adoptAll();
    },
    dispose: () => {
      for (const dispose of disposers) dispose();
    },
  };
}

/** Exchanging the sides that are compared selects nothing. */
function selectedByChannels(before: ChannelChoice | null, { layer, channel }: ChannelChoice): Partial<Selected> {
  return before?.layer === layer && before.channel === channel ? {} : { layer, channel };
}

/** A link may say what is selected and leave the rest to follow. */
function spreadOnce(facts: ReadonlySignal<RunFacts | null>, wanted: boolean, spread: () => void): () => void {
  let done = !wanted;
  return effect(() => {
    if (done || !facts.value) return;
    done = true;
    spread();
  });
}
