/** What must hold of a recorded script: its runs, their layers at the right lines, and the script's own results. */
import assert from 'node:assert/strict';
import type { RunDescription } from '../../../src/protocol/run.js';
import { openRun } from '../../../src/store/reading/openRun.js';
import type { Workspace } from '../../recorder/support/workspace.js';
import type { Engine } from './engines.js';
import { constructs, markedLayers, wordAt } from './layerMarks.js';
import type { Outcome } from './recordShape.js';
import type { ExpectedRun, Shape } from './shapes.js';

/** What was found, before it is judged. */
export interface Findings {
  readonly runs: readonly RunDescription[];
  /** Of each run: "Class@mark …". */
  readonly layers: readonly string[];
  readonly rightLines: boolean;
  readonly equalBits: boolean;
}

export async function findingsOf(shape: Shape, outcome: Outcome, { folder }: Workspace): Promise<Findings> {
  const runs = await Promise.all(
    outcome.recorded.runFolders.map(async (runFolder) => (await openRun(runFolder)).describe()),
  );
  const layers = runs.map(({ manifest }) => markedLayers(manifest.layers, folder));
  const areConstructions = runs.every(({ manifest }) =>
    manifest.layers.every((layer) => !layer.source || constructs(wordAt(layer, folder), layer.className)),
  );
  const expected = shape.runs.map((run) => run.layers);
  return {
    runs,
    layers,
    rightLines: areConstructions && JSON.stringify(layers) === JSON.stringify(expected),
    equalBits: JSON.stringify(outcome.bare) === JSON.stringify(outcome.witnessed),
  };
}

/** Throws an AssertionError for the first thing that does not hold. */
export function checkFindings(shape: Shape, engine: Engine, outcome: Outcome, findings: Findings): void {
  const { recorded, bare, witnessed, bareOutput } = outcome;
  assert.equal(recorded.failure, null, recorded.failure?.wrong);
  assert.deepEqual(
    findings.layers,
    shape.runs.map(({ layers }) => layers),
  );
  assert.ok(findings.rightLines, 'a layer is at a place that constructs no layer of its class');
  findings.runs.forEach((run, index) => checkRun(run, shape.runs[index] as ExpectedRun, engine));
  assert.ok(bare.variables.length > 0 && bare.randomCalls > 0);
  assert.deepEqual(witnessed, bare);
  if (engine.name === 'wasm') assert.equal(recorded.stdout, bareOutput.stdout);
}

function checkRun({ summary, manifest }: RunDescription, expected: ExpectedRun, engine: Engine): void {
  assert.deepEqual(summary.epochs, expected.epochs);
  assert.equal(summary.status.state, 'finished');
  assert.equal(manifest.task, expected.task);
  assert.equal(manifest.engine.name, engine.name);
  if (expected.classCount) assert.equal(manifest.classNames.length, expected.classCount);
  if (expected.name) assert.ok(summary.name.endsWith(`-${expected.name}`), summary.name);
  if (expected.metrics) assert.deepEqual(manifest.metrics, expected.metrics);
  const frozen = manifest.layers.filter(({ trainable, index }) => !trainable && index > 0).map(({ name }) => name);
  if (expected.frozen) assert.deepEqual(frozen, expected.frozen);
}
