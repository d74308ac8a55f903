/** Puts together what a run says of itself when it begins. */
import { basename, dirname, extname } from 'node:path';
import { FORMAT_NAME, FORMAT_VERSION, type Layer, type RunManifest } from '../../protocol/run.js';
import type { RecorderSettings } from '../../protocol/recorderSettings.js';
import { workspacePath } from '../hooks/sourcePositions.js';
import { thinningOf, type RecordingPlan } from '../plan/planRecording.js';
import { gitState, platform, sourceFiles } from './runFacts.js';

/** The script and what it runs on. */
export interface Surroundings {
  readonly settings: RecorderSettings;
  /** Absolute path. */
  readonly script: { readonly file: string; readonly arguments: readonly string[] };
  readonly framework: NonNullable<RunManifest['framework']>;
  readonly engine: RunManifest['engine'];
  /** Version of the interpreter; absent for scripts of Node.js. */
  readonly python?: string;
  readonly packages: RunManifest['packages'];
}

export interface ManifestParts {
  readonly name: string;
  readonly model: RunManifest['model'];
  readonly layers: readonly Layer[];
  readonly task: RunManifest['task'];
  /** Numbers where nobody names the classes. */
  readonly classNames: readonly string[];
  /** Names that the script or the data set gives; null: none. */
  readonly givenNames: readonly string[] | null;
  /** How many samples the script trains and validates on; null where it cannot be known. */
  readonly data: RunManifest['data'];
  readonly probes: { readonly count: number; readonly trainCount: number; readonly validationCount: number };
  readonly plan: RecordingPlan;
  readonly lastEpoch: number;
  readonly isOpenEnded: boolean;
  readonly metrics: readonly string[];
}

/** The manifest but for its `id`, which is chosen where the folder is made. */
export function composeManifest(
  { settings, script, framework, engine, python, packages }: Surroundings,
  { name, model, layers, task, classNames, givenNames, data, probes, plan, ...parts }: ManifestParts,
): RunManifest {
  return {
    format: { name: FORMAT_NAME, version: FORMAT_VERSION },
    id: '',
    name,
    createdAt: new Date().toISOString(),
    workspace: settings.workspace,
    script: { file: workspacePath(script.file, settings.workspace), arguments: [...script.arguments] },
    files: sourceFiles(layers, settings.workspace),
    git: gitState(settings.workspace),
    framework,
    engine: { ...engine },
    platform: { ...platform(), ...(python === undefined ? {} : { python }) },
    packages,
    task,
    classNames: [...(givenNames?.length === classNames.length ? givenNames : classNames)],
    model,
    layers: [...layers],
    probes: {
      count: probes.count,
      seed: settings.seed,
      trainCount: probes.trainCount,
      validationCount: probes.validationCount,
    },
    data,
    ...(settings.group ? { group: settings.group } : {}),
    ...(plan.trainingSampleCount > 0
      ? { trainingSample: { count: plan.trainingSampleCount, seed: settings.seed } }
      : {}),
    plan: {
      lastEpoch: parts.lastEpoch,
      ...(parts.isOpenEnded ? { openEnded: true } : {}),
      ...thinningOf(plan),
      precision: plan.precision,
      mapSampleCount: plan.mapSampleCount,
      byteBudget: settings.byteBudget,
      bytesPerEpoch: plan.bytesPerEpoch,
      leftOut: [...plan.leftOut],
    },
    metrics: [...parts.metrics],
  };
}

/**
 * "train" for train.js, "epoch-3" for epoch-3/model.json; the second model of a script and those after it add
 * their own name.
 */
export function runName(settings: RecorderSettings, file: string, modelName: string, number: number): string {
  const base = settings.name ?? nameOfFile(file);
  return number === 0 ? base : `${base}-${modelName}`.slice(0, 200);
}

function nameOfFile(file: string): string {
  const name = basename(file, extname(file));
  return basename(file) === 'model.json' ? basename(dirname(file)) : name;
}
