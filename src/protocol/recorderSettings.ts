/**
 * What the recording process is started with: one environment variable that holds JSON, taken out of the
 * environment again before the user's script runs.
 */
import * as v from 'valibot';

export const RECORDER_SETTINGS_VARIABLE = 'CNNSLICER_RECORDER';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const folder = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));

export const RecorderSettings = v.object({
  /** Absolute folder that run folders are made in. */
  runsFolder: folder,
  /** Absolute folder that source spans are relative to. */
  workspace: folder,
  /** What a person calls the run; null: the script's base name. */
  name: v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
  /** How many probe inputs are recorded at every epoch. */
  probes: v.pipe(count, v.minValue(2), v.maxValue(1_000_000)),
  /** Seed of the choice of probes. */
  seed: count,
  /** The most that one run may take on disk. */
  byteBudget: v.pipe(count, v.minValue(1)),
  preferredEngine: v.nullable(v.picklist(['tensorflow', 'wasm', 'cpu'])),
  /** Descriptor that RecorderEvent lines are written to; null: nobody listens. */
  eventsDescriptor: v.nullable(v.pipe(count, v.minValue(3))),
  /** The recording ends when this process is gone; null: it does not watch any. */
  parentProcessId: v.nullable(count),
});
export type RecorderSettings = v.InferOutput<typeof RecorderSettings>;

export const DEFAULT_PROBES = 1000;
export const DEFAULT_BYTE_BUDGET = 2 * 2 ** 30;
