/** Puts together what a run says of itself when it begins. */
import { basename, dirname, extname } from 'node:path';
import { FORMAT_NAME, FORMAT_VERSION, type Layer, type RunManifest } from '../../protocol/run.js';
import type { Fit } from '../hooks/watchFit.js';
import { workspacePath } from '../hooks/sourcePositions.js';
import { describeModel } from '../model/describeModel.js';
import { thinningOf, type RecordingPlan } from '../plan/planRecording.js';
import type { Meaning, ProbeSet } from '../probes/probeSet.js';
import type { ProbeSource } from '../probes/probeSource.js';
import type { RecorderContext } from '../recorderContext.js';
import { gitState, packageVersions, platform, sourceFiles } from './runFacts.js';

export interface ManifestParts {
  readonly fit: Fit;
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly source: ProbeSource;
  readonly meaning: Meaning;
  readonly probes: ProbeSet;
  readonly plan: RecordingPlan;
  readonly lastEpoch: number;
  readonly metrics: readonly string[];
}

/** The manifest but for its `id`, which is chosen where the folder is made. */
export function composeManifest(context: RecorderContext, parts: ManifestParts): RunManifest {
  const { settings, script, engine, tf } = context;
  const { plan, probes, source, layers } = parts;
  return {
    format: { name: FORMAT_NAME, version: FORMAT_VERSION },
    id: '',
    name: parts.name,
    createdAt: new Date().toISOString(),
    workspace: settings.workspace,
    script: { file: workspacePath(script.file, settings.workspace), arguments: [...script.arguments] },
    files: sourceFiles(layers, settings.workspace),
    git: gitState(settings.workspace),
    engine: { name: engine.name, version: engine.version, threads: engine.threads, notice: engine.notice },
    platform: platform(),
    packages: packageVersions(tf),
    task: parts.meaning.task,
    classNames: classNames(parts.fit.classNames ?? context.classNames(), parts.meaning.classNames),
    model: describeModel(parts.fit.outer, parts.fit.model),
    layers: [...layers],
    probes: {
      count: probes.count,
      seed: settings.seed,
      trainCount: probes.trainCount,
      validationCount: probes.validationCount,
    },
    data: { trainCount: source.trainCount, validationCount: source.validationCount },
    ...(settings.group ? { group: settings.group } : {}),
    ...(plan.trainingSampleCount > 0
      ? { trainingSample: { count: plan.trainingSampleCount, seed: settings.seed } }
      : {}),
    plan: {
      lastEpoch: parts.lastEpoch,
      ...(parts.fit.isOpenEnded ? { openEnded: true } : {}),
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

/** Names of the data set, where it names as many classes as the model tells apart. */
function classNames(named: readonly string[] | null, numbered: readonly string[]): string[] {
  return named?.length === numbered.length ? [...named] : [...numbered];
}

/**
 * "train" for train.js, "epoch-3" for epoch-3/model.json; the second model of a script and those after it add
 * their own name.
 */
export function runName({ settings, script }: RecorderContext, fit: Fit, number: number): string {
  if (fit.name !== undefined) return fit.name;
  const base = settings.name ?? nameOfFile(script.file);
  return number === 0 ? base : `${base}-${fit.outer.name}`.slice(0, 200);
}

function nameOfFile(file: string): string {
  const name = basename(file, extname(file));
  return basename(file) === 'model.json' ? basename(dirname(file)) : name;
}
