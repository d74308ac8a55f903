/** What a channel is at each epoch – alive, dead, or saturated – in runs and in words: dead channels can revive. */
import type { ChannelStates } from '../../../src/protocol/channelDetails.js';

export type State = 'alive' | 'dead' | 'saturated';

export interface StateRun {
  readonly state: State;
  /** First and last epoch. */
  readonly from: number;
  readonly to: number;
}

/** Runs of equal states over recorded epochs, ascending. */
export function stateRuns({ epochs }: ChannelStates, channel: number): StateRun[] {
  const runs: StateRun[] = [];
  for (const { epoch, dead, saturated } of [...epochs].sort((a, b) => a.epoch - b.epoch)) {
    const state: State = dead.includes(channel) ? 'dead' : saturated.includes(channel) ? 'saturated' : 'alive';
    const last = runs.at(-1);
    if (last?.state === state) runs[runs.length - 1] = { ...last, to: epoch };
    else runs.push({ state, from: epoch, to: epoch });
  }
  return runs;
}

/** Epochs of one state, as bands of a chart. */
export function bandsOf(runs: readonly StateRun[], state: State): (readonly [from: number, to: number])[] {
  return runs.filter((run) => run.state === state).map(({ from, to }) => [from, to]);
}

/** "dead at epoch 12, since 11; dead before at 3–4", "alive at epoch 12; dead before at 5"; null before it is known. */
export function stateWords(runs: readonly StateRun[], epoch: number): string | null {
  const now = runs.find(({ from, to }) => from <= epoch && epoch <= to);
  if (!now) return null;
  const before = runs.filter((run) => run.to < now.from && run.state !== 'alive');
  const earlier = before.map(({ state, from, to }) => `${state} before at ${from === to ? from : `${from}–${to}`}`);
  const since = now.state === 'alive' ? '' : `, since ${now.from}`;
  return [`${now.state} at epoch ${epoch}${since}`, ...earlier].join('; ');
}

/** The remark in a box: only what is not alive at the epoch in sight. */
export function stateRemark(runs: readonly StateRun[], epoch: number): string | null {
  const now = runs.find(({ from, to }) => from <= epoch && epoch <= to);
  return now && now.state !== 'alive' ? `${now.state} since ${now.from}` : null;
}

/** How many channels are dead and saturated at an epoch; null where it has no states. */
export function countStates({ epochs }: ChannelStates, epoch: number): { dead: number; saturated: number } | null {
  const at = epochs.find((one) => one.epoch === epoch);
  return at ? { dead: at.dead.length, saturated: at.saturated.length } : null;
}
