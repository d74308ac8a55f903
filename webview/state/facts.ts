/** What views need of a run, counted once from its description. */
import type { Layer, RunDescription } from '../../src/protocol/run.js';

export interface RunFacts {
  readonly description: RunDescription;
  readonly layers: readonly Layer[];
  /** 0 for a run without classes. */
  readonly classCount: number;
  readonly classNames: readonly string[];
  /** Probes. */
  readonly sampleCount: number;
  /** t runs from 0 to epochCount − 1; while the run records, the last of them are still to come. */
  readonly epochCount: number;
  /** −1 when no epoch is whole yet. */
  readonly lastWhole: number;
  readonly whole: ReadonlySet<number>;
  /** Epochs that were recorded but cannot be read, with the reason. */
  readonly damaged: ReadonlyMap<number, string>;
}

export function factsOf(description: RunDescription): RunFacts {
  const { manifest, summary, epochStates } = description;
  const whole = new Set(summary.epochs);
  const lastRecorded = Math.max(-1, ...summary.epochs, ...epochStates.map((state) => state.epoch));
  const planned = summary.status.state === 'recording' ? (summary.lastEpoch ?? lastRecorded) : lastRecorded;
  return {
    description,
    layers: manifest.layers,
    classCount: manifest.classNames.length,
    classNames: manifest.classNames,
    sampleCount: manifest.probes.count,
    epochCount: Math.max(1, planned + 1, lastRecorded + 1),
    lastWhole: Math.max(-1, ...summary.epochs),
    whole,
    damaged: new Map(epochStates.flatMap((one) => (one.state === 'damaged' ? [[one.epoch, one.reason]] : []))),
  };
}

/** An epoch that is whole: the wanted one, or else the last. */
export function wholeOr({ whole, lastWhole }: RunFacts, epoch: number): number {
  return whole.has(epoch) ? epoch : lastWhole;
}

/** A good beginning: the first convolution, else the first layer after the input. */
export function firstLayer(facts: RunFacts): Layer {
  return facts.layers.find((layer) => layer.kind === 'conv') ?? facts.layers[Math.min(1, facts.layers.length - 1)];
}
