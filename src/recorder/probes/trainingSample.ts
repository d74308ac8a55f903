/** A class-balanced, seeded sample of what the network is trained on, kept once in the run. */
import type { DataFormat } from '../model/mapGeometry.js';
import type { RawMaps } from '../writer/writerMessages.js';
import { chooseProbes } from './chooseProbes.js';
import type { Meaning } from './probeSet.js';
import type { ProbeSource } from './probeSource.js';

const NOTHING = { count: 0, labels: null };

/** `count` samples of the model's first input, in the order of chooseProbes; null for none. */
export function trainingSample(
  source: ProbeSource,
  meaning: Meaning,
  count: number,
  { seed, format }: { readonly seed: number; readonly format: DataFormat },
): { inputs: RawMaps; labels: Int32Array } | null {
  if (count === 0) return null;
  const chosen = chooseProbes(NOTHING, meaning.training, count, seed);
  const values = source.training.inputRows(chosen.map(({ row }) => row))[0]?.values.slice() ?? new Float32Array(0);
  const isClassified = meaning.task === 'classification';
  return { inputs: { values, format }, labels: Int32Array.from(isClassified ? chosen : [], ({ label }) => label) };
}
