/** `cnnslicer runs` and `cnnslicer info`: what was recorded. */
import type { Command } from 'commander';
import { accuracyWithInterval, accuracyWords, percentText, wilsonInterval } from '../../protocol/accuracy.js';
import { notLearnedWords } from '../../protocol/notLearned.js';
import type { Layer, RunAccuracy, RunDescription, RunManifest, RunStatus, RunSummary } from '../../protocol/run.js';
import { listRuns } from '../../store/runs/listRuns.js';
import { openRun } from '../../store/reading/openRun.js';
import { bytesText } from '../../protocol/bytesText.js';
import { tableLines } from '../console.js';
import type { Invocation } from '../invocation.js';
import { defaultRunsFolder, findRunFolder } from '../runArgument.js';

interface RunsOptions {
  readonly out?: string;
  readonly json?: boolean;
}

export function addRunsCommands(program: Command, invocation: Invocation): void {
  program
    .command('runs')
    .description('list the recorded runs, newest first')
    .option('--out <folder>', 'the folder that holds the runs')
    .option('--json', 'print JSON')
    .action(async (options: RunsOptions) => {
      const runs = await listRuns(options.out ?? defaultRunsFolder(invocation.workingFolder));
      if (options.json) invocation.console.json(runs);
      else for (const line of runLines(runs)) invocation.console.result(line);
    });
  program
    .command('info')
    .description('show a run: status, epochs, plan, engine, and layers with source lines')
    .argument('<run>', 'a run folder, a run’s id or name, or "latest"')
    .option('--out <folder>', 'the folder that holds the runs')
    .option('--json', 'print JSON')
    .action(async (run: string, options: RunsOptions) => {
      const runsFolder = options.out ?? defaultRunsFolder(invocation.workingFolder);
      const reader = await openRun(await findRunFolder(run, runsFolder));
      const description = await reader.describe();
      if (options.json) invocation.console.json(infoJson(description));
      else for (const line of infoLines(description)) invocation.console.result(line);
    });
}

function runLines(runs: readonly RunSummary[]): string[] {
  if (runs.length === 0) return ['no runs yet; record one with: cnnslicer record SCRIPT'];
  const rows = runs.map((run) => [
    run.id,
    statusText(run.status),
    lastEpochText(run),
    accuracyCell(run.accuracy),
    bytesText(run.byteCount),
    run.group ? `${run.group.name}: ${run.group.size} of ${run.group.sizes.join(', ')}` : '',
  ]);
  const alignments = ['left', 'left', 'right', 'left', 'right', 'left'] as const;
  return tableLines(['run', 'status', 'epoch', 'accuracy', 'size', 'trained on'], rows, alignments);
}

/** "held-out accuracy 93.4 %, 500 probes; val_acc 93.6 %" */
function accuracyCell(accuracy: RunAccuracy | null): string {
  return accuracy === null ? '–' : [accuracyWords(accuracy), ...reportedWords(accuracy)].join('; ');
}

function reportedWords({ reported }: RunAccuracy): string[] {
  return reported === null ? [] : [`${reported.name} ${percentText(reported.value)} %`];
}

/** "7 of 15" while there is more to come or was; "15" where the script has ended by itself, whatever was planned. */
export function lastEpochText({ epochs, lastEpoch, status }: RunSummary): string {
  const last = epochs.at(-1);
  if (last === undefined) return '–';
  return isComplete(status) || lastEpoch === null ? String(last) : `${last} of ${lastEpoch}`;
}

function isComplete(status: RunStatus): boolean {
  return status.state === 'finished' && !status.stopped;
}

function statusText(status: RunStatus): string {
  switch (status.state) {
    case 'recording':
      return 'recording';
    case 'finished':
      return status.stopped ? 'stopped' : 'finished';
    case 'broken':
      return `broken: ${status.reason}`;
  }
}

/** The documented JSON of `info`: the manifest's facts, flat, with the layers' sources. */
function infoJson({ summary, manifest, epochStates }: RunDescription): object {
  return {
    id: summary.id,
    name: manifest.name,
    folder: summary.folder,
    status: summary.status,
    epochs: epochStates,
    lastEpoch: summary.lastEpoch,
    byteCount: summary.byteCount,
    notLearned: summary.notLearned ?? null,
    accuracy: summary.accuracy && { ...summary.accuracy, interval: wilsonInterval(summary.accuracy) },
    createdAt: manifest.createdAt,
    script: manifest.script,
    files: manifest.files,
    git: manifest.git,
    framework: manifest.framework ?? null,
    engine: manifest.engine,
    platform: manifest.platform,
    packages: manifest.packages,
    task: manifest.task,
    classNames: manifest.classNames,
    model: manifest.model,
    probes: manifest.probes,
    data: manifest.data,
    group: manifest.group ?? null,
    trainingSample: manifest.trainingSample ?? null,
    plan: manifest.plan,
    layers: manifest.layers.map(layerJson),
  };
}

function layerJson(layer: Layer): object {
  return {
    index: layer.index,
    name: layer.name,
    kind: layer.kind,
    className: layer.className,
    shape: layer.outputShape,
    channels: layer.channelCount,
    parameters: layer.parameterCount,
    activation: layer.activation,
    inputs: layer.inputs,
    source: layer.source,
    calledAt: layer.calledAt ?? null,
    askedAt: layer.askedAt ?? null,
    arrays: layer.path,
  };
}

function infoLines({ summary, manifest, epochStates }: RunDescription): string[] {
  const damaged = epochStates.flatMap((epoch) => (epoch.state === 'damaged' ? [epoch] : []));
  const left = manifest.plan.leftOut;
  return [
    `${manifest.name}  ${summary.id}`,
    `status    ${statusText(summary.status)}; complete epochs ${summary.epochs.length} (${plannedText(summary)})`,
    ...damaged.map((epoch) => `damaged   epoch ${epoch.epoch}: ${epoch.reason}`),
    `script    ${[manifest.script.file, ...manifest.script.arguments].join(' ')}`,
    `framework ${frameworkWords(manifest)}`,
    `engine    ${engineWords(manifest)}`,
    ...(manifest.engine.notice ? [`notice    ${manifest.engine.notice}`] : []),
    `probes    ${manifest.probes.count} (${manifest.probes.validationCount} validation, ${manifest.probes.trainCount} training), seed ${manifest.probes.seed}`,
    ...(summary.accuracy
      ? [`accuracy  ${[accuracyWithInterval(summary.accuracy), ...reportedWords(summary.accuracy)].join('; ')}`]
      : []),
    ...(summary.notLearned ? [`warning   ${notLearnedWords(summary.notLearned, manifest.classNames)}`] : []),
    `maps of ${manifest.plan.mapSampleCount} probes, ${manifest.plan.precision}, ${bytesText(manifest.plan.bytesPerEpoch)} per epoch, ${bytesText(summary.byteCount)} now`,
    ...left.map((what) => `left out  ${what}`),
    ...(manifest.plan.paused ?? []).map(
      ({ from, to }) => `paused    epochs ${from} to ${to ?? 'the end'} are not recorded`,
    ),
    ...(manifest.group
      ? [
          `group     ${manifest.group.name}: ${manifest.group.size} of ${manifest.group.sizes.join(', ')} training samples`,
        ]
      : []),
    '',
    ...layerLines(manifest.layers),
  ];
}

const FRAMEWORK_NAMES = { 'tensorflow.js': 'TensorFlow.js', keras: 'Keras', pytorch: 'PyTorch' } as const;

/** "PyTorch 2.13.0, Python 3.11.7"; the version of TensorFlow.js is that of its engine. */
export function frameworkWords({ framework, platform }: RunManifest): string {
  const name = FRAMEWORK_NAMES[framework?.name ?? 'tensorflow.js'];
  const interpreter = platform.python === undefined ? `Node.js ${platform.node}` : `Python ${platform.python}`;
  return `${framework ? `${name} ${framework.version}` : name}, ${interpreter}`;
}

function engineWords({ engine }: RunManifest): string {
  const name = [engine.name, engine.version].filter((part) => part !== '').join(' ');
  // 0: the framework does not say.
  return engine.threads === 0 ? name : `${name}, ${engine.threads} thread(s)`;
}

function plannedText({ epochs, lastEpoch, status }: RunSummary): string {
  const recorded = `t = 0…${epochs.at(-1) ?? 0}`;
  if (isComplete(status)) return recorded;
  return lastEpoch === null ? `${recorded}, open-ended` : `t = 0…${lastEpoch} planned`;
}

function layerLines(layers: readonly Layer[]): string[] {
  const rows = layers.map((layer) => [
    String(layer.index),
    layer.name,
    layer.activation ? `${layer.className}, ${layer.activation}` : layer.className,
    layer.outputShape.join('×'),
    String(layer.parameterCount),
    sourceText(layer),
  ]);
  return tableLines(['l', 'layer', 'kind', 'shape', 'parameters', 'source'], rows, [
    'right',
    'left',
    'left',
    'left',
    'right',
    'left',
  ]);
}

export function sourceText(layer: Layer): string {
  return layer.source ? `${layer.source.file}:${layer.source.line}:${layer.source.column}` : '–';
}
