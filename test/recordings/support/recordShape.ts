/** Runs one script twice, unrecorded and recorded, and holds the two against each other. */
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundles, root } from '../../recorder/support/bundles.js';
import { run, type Bare, type Recorded, type Workspace } from '../../recorder/support/workspace.js';
import type { Engine } from './engines.js';
import { SCRIPTS, type Shape } from './shapes.js';

/** What the witness wrote down. */
export interface Witnessed {
  readonly exitCode: number;
  readonly randomCalls: number;
  readonly numTensors: number;
  readonly said: readonly string[];
  /** Name, shape and SHA-256 of the bits of every variable: weights and what optimizers keep. */
  readonly variables: readonly (readonly [string, readonly number[], string])[];
}

export interface Outcome {
  readonly bare: Witnessed;
  readonly witnessed: Witnessed;
  readonly recorded: Recorded;
  readonly bareOutput: Bare;
  readonly seconds: { readonly bare: number; readonly recorded: number };
}

const WITNESS = join(root, 'test', 'recordings', 'support', 'witness.cjs');

/** The scripts twice: what one start saves must not be what the other finds. */
export function prepareWorkspace(engine: Engine, packages: readonly string[] | undefined): Workspace {
  const workspace = engine.workspace(packages);
  for (const copy of ['bare', 'recorded']) cpSync(SCRIPTS, join(workspace.folder, copy), { recursive: true });
  return workspace;
}

/** `recorderFile`: another recorder than the one that ships. */
export async function recordShape(
  workspace: Workspace,
  engine: Engine,
  shape: Shape,
  recorderFile?: string,
): Promise<Outcome> {
  const { environment, NODE_OPTIONS } = { environment: process.env, NODE_OPTIONS: `--require ${WITNESS}` };
  const shared = { ...environment, ...engine.environment, ...shape.environment, NODE_OPTIONS };
  const once = (): Promise<Outcome> => recordOnce(workspace, engine, shape, shared, recorderFile);
  for (let start = 1; start < (shape.starts ?? 1); start++) await once();
  return once();
}

async function recordOnce(
  workspace: Workspace,
  engine: Engine,
  shape: Shape,
  environment: NodeJS.ProcessEnv,
  recorderFile?: string,
): Promise<Outcome> {
  const [bareFile, recordedFile] = ['bare.json', 'recorded.json'].map((name) => join(workspace.folder, name)) as [
    string,
    string,
  ];
  const [bareOutput, recorded] = await Promise.all([
    timed(runBare(workspace, shape, { ...environment, WITNESS_FILE: bareFile, BARE_ENGINE: engine.name })),
    timed(record(workspace, engine, shape, { ...environment, WITNESS_FILE: recordedFile }, recorderFile)),
  ]);
  if (!existsSync(bareFile)) throw new Error(`${shape.name}, unrecorded: ${bareOutput.value.stderr}`);
  if (!existsSync(recordedFile)) throw new Error(`${shape.name}: ${recorded.value.failure?.wrong}`);
  const seconds = { bare: bareOutput.seconds, recorded: recorded.seconds };
  const witnessed = { bare: take(bareFile), witnessed: take(recordedFile) };
  return { ...witnessed, recorded: recorded.value, bareOutput: bareOutput.value, seconds };
}

async function runBare(workspace: Workspace, shape: Shape, environment: NodeJS.ProcessEnv): Promise<Bare> {
  const folder = join(workspace.folder, 'bare', shape.name);
  const { bareRunner } = await bundles();
  return run([bareRunner, join(folder, shape.script), ...(shape.arguments ?? [])], folder, environment);
}

function record(
  workspace: Workspace,
  engine: Engine,
  shape: Shape,
  environment: NodeJS.ProcessEnv,
  recorderFile?: string,
): Promise<Recorded> {
  const folder = join(workspace.folder, 'recorded', shape.name);
  return workspace.record(join(folder, shape.script), {
    arguments: shape.arguments ?? [],
    workingFolder: folder,
    preferredEngine: engine.name,
    environment,
    ...(recorderFile ? { recorderFile } : {}),
    ...(shape.batchesPerEpoch ? { batchesPerEpoch: shape.batchesPerEpoch } : {}),
    probes: 24,
  });
}

async function timed<T>(work: Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> {
  const startedAt = performance.now();
  const value = await work;
  return { value, seconds: (performance.now() - startedAt) / 1000 };
}

/** What a progress bar says of time is never the same twice. */
const TIMES = /^\d+ms \d+us\/step /;

function take(file: string): Witnessed {
  const witnessed = JSON.parse(readFileSync(file, 'utf8')) as Witnessed;
  rmSync(file);
  return { ...witnessed, said: witnessed.said.map((text) => text.replace(TIMES, '')) };
}
