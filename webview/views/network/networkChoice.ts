/** What a person chose in the network view, the changes to it, and what can be undone of them. */
import { useRef, useState } from 'preact/hooks';
import * as v from 'valibot';
import { NetworkChoice, type NetworkOptions } from '../../../src/protocol/network.js';
import type { Viewer } from '../../state/viewer.js';

export const FIRST_CHOICE: NetworkChoice = v.parse(NetworkChoice, {});
const MOST_STEPS = 100;

export interface ChoiceSteps {
  readonly choice: NetworkChoice;
  change(some: Partial<NetworkChoice>): void;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  undo(): void;
  redo(): void;
}

/** Counts and moves change what is computed; those are what a person would undo. */
export function useChoice(viewer: Viewer): ChoiceSteps {
  const choice = viewer.network.value ?? FIRST_CHOICE;
  const past = useRef<NetworkChoice[]>([]);
  const ahead = useRef<NetworkChoice[]>([]);
  const [, draw] = useState(0);
  const step = (from: NetworkChoice[], to: NetworkChoice[]): void => {
    const next = from.pop();
    if (!next) return;
    to.push(choice);
    viewer.network.value = { ...choice, counts: next.counts, moves: next.moves };
    draw((count) => count + 1);
  };
  return {
    choice,
    change(some) {
      if (some.counts || some.moves) {
        past.current = [...past.current, choice].slice(-MOST_STEPS);
        ahead.current = [];
      }
      viewer.network.value = { ...choice, ...some };
    },
    canUndo: past.current.length > 0,
    canRedo: ahead.current.length > 0,
    undo: () => step(past.current, ahead.current),
    redo: () => step(ahead.current, past.current),
  };
}

export function optionsOf({ counts, moves, strongest }: NetworkChoice, epoch: number): NetworkOptions {
  return { epoch, counts, moves, strongest };
}

/** The channel goes to the cluster; where it was put before is forgotten. */
export function withMove(
  moves: NetworkChoice['moves'],
  layer: number,
  channel: number,
  cluster: number,
): NetworkChoice['moves'] {
  return [...moves.filter(([l, c]) => l !== layer || c !== channel), [layer, channel, cluster]];
}

/** Another number of clusters means other clusters: what was moved between the old ones is forgotten. */
export function withCount(choice: NetworkChoice, layer: number, count: number | null): Partial<NetworkChoice> {
  const others = choice.counts.filter(([l]) => l !== layer);
  return {
    counts: count === null ? others : [...others, [layer, count]],
    moves: choice.moves.filter(([l]) => l !== layer),
  };
}

export function withStage(stages: readonly string[], id: string, open: boolean): string[] {
  const others = stages.filter((one) => one !== id);
  return open ? [...others, id] : others;
}
