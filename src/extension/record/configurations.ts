/**
 * Recordings that a workspace names in its settings, as launch.json names ways to debug: read from
 * `cnnslicer.configurations` and checked, since settings of a workspace may hold anything. Pure.
 */
import { isAbsolute, join } from 'node:path';
import * as v from 'valibot';
import type { RecordingWish } from './recordingWish.js';

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const RecordingConfiguration = v.object({
  name: v.pipe(text, v.maxLength(200)),
  /** Relative to the workspace folder, or absolute; `${workspaceFolder}` is understood. */
  script: text,
  arguments: v.optional(v.array(v.string())),
  /** A data set, where the script only exports a model, or is a saved one (model.json). */
  data: v.optional(text),
  /** With `data`: file of labels, or column of a CSV file. */
  labels: v.optional(text),
  /** With `data`: which export is the model. */
  export: v.optional(v.pipe(text, v.maxLength(200))),
  /** With `data`: what values are divided by. */
  scale: v.optional(v.pipe(v.number(), v.finite(), v.minValue(Number.MIN_VALUE))),
  batchSize: v.optional(v.pipe(count, v.minValue(1))),
  epochs: v.optional(v.pipe(count, v.minValue(1))),
  probes: v.optional(v.pipe(count, v.minValue(2))),
  seed: v.optional(count),
  byteBudgetMiB: v.optional(v.pipe(count, v.minValue(16))),
  /** Where training knows no epochs: so many batches are one. */
  batchesPerEpoch: v.optional(v.pipe(count, v.minValue(1))),
  /** One run for each size of the training data, as a group. */
  trainSizes: v.optional(v.pipe(v.array(v.pipe(count, v.minValue(1))), v.maxLength(1000))),
  /** Names of layers whose maps are kept whole. */
  pinnedLayers: v.optional(v.pipe(v.array(text), v.maxLength(1000))),
});
export type RecordingConfiguration = v.InferOutput<typeof RecordingConfiguration>;

export interface ReadConfigurations {
  readonly configurations: readonly RecordingConfiguration[];
  /** What is wrong with the others, in words: "2: script: Invalid key …". */
  readonly faults: readonly string[];
}

/** `setting` is what the settings hold, whatever that is. */
export function readConfigurations(setting: unknown): ReadConfigurations {
  if (!Array.isArray(setting)) return { configurations: [], faults: setting == null ? [] : ['not a list'] };
  const configurations: RecordingConfiguration[] = [];
  const faults: string[] = [];
  setting.forEach((one: unknown, index) => {
    const read = v.safeParse(RecordingConfiguration, one);
    if (read.success) configurations.push(read.output);
    else
      faults.push(
        `${index + 1}: ${read.issues.map((issue) => `${v.getDotPath(issue) ?? ''}: ${issue.message}`).join('; ')}`,
      );
  });
  return { configurations, faults };
}

export function wishOf(configuration: RecordingConfiguration, folder: string): RecordingWish {
  const { script, data, arguments: given, labels, scale, batchSize, export: exportName, ...rest } = configuration;
  const named = Object.entries(rest).filter(([, value]) => value !== undefined);
  return {
    ...(Object.fromEntries(named) as Pick<
      RecordingWish,
      'name' | 'epochs' | 'probes' | 'seed' | 'byteBudgetMiB' | 'batchesPerEpoch' | 'trainSizes' | 'pinnedLayers'
    >),
    script: inFolder(script, folder),
    dataSet: data === undefined ? null : inFolder(data, folder),
    root: folder,
    training: {
      ...(labels === undefined ? {} : { labels: labelsIn(labels, folder) }),
      ...(exportName === undefined ? {} : { exportName }),
      ...(scale === undefined ? {} : { divisor: scale }),
      ...(batchSize === undefined ? {} : { batchSize }),
    },
    ...(given === undefined ? {} : { arguments: given.map((one) => one.replaceAll(FOLDER, folder)) }),
  };
}

/** A path where it looks like one, else a column of a CSV file. */
export function labelsIn(labels: string, folder: string): string {
  return /[\\/.]/.test(labels) ? inFolder(labels, folder) : labels;
}

const FOLDER = '${workspaceFolder}';

function inFolder(path: string, folder: string): string {
  const whole = path.replaceAll(FOLDER, folder);
  return isAbsolute(whole) ? whole : join(folder, whole);
}
