/**
 * Scripts as people write them, on every engine that there is: each is recorded, with the right layers at the
 * right lines, and computes the same to the last bit as without us. The table is printed and kept in
 * test-artifacts/recordings.md.
 */
import assert from 'node:assert/strict';
import { openRun } from '../../src/store/openRun.js';
import type { Workspace } from '../recorder/support/workspace.js';
import { ENGINES, type Engine } from './support/engines.js';
import { constructs, markedLayers, wordAt } from './support/layerMarks.js';
import { prepareWorkspace, recordShape, type Outcome } from './support/recordShape.js';
import { reportTable, writeReport, type Row } from './support/report.js';
import { scriptFolders, SHAPES, type ExpectedRun, type Shape } from './support/shapes.js';

const rows: Row[] = [];
const only = process.env.CNNSLICER_SHAPE;
const shapes = SHAPES.filter(({ name }) => !only || only.split(',').includes(name));

after(() => {
  console.log(`\n${reportTable(rows)}\n${writeReport(rows)}`);
});

for (const engine of ENGINES) {
  describe(`scripts as they are, on ${engine.name}`, function () {
    this.timeout(60_000);
    const workspaces = new Map<string, Workspace>();
    after(() => workspaces.forEach((workspace) => workspace.remove()));
    for (const shape of shapes) {
      it(`${shape.name}: ${shape.title}`, async function () {
        const reason = engine.missing ?? shape.impossible?.[engine.name];
        if (reason) {
          rows.push(emptyRow(shape, engine, reason));
          this.skip();
        }
        const packages = (shape.packages ?? []).join();
        const workspace = workspaces.get(packages) ?? prepareWorkspace(engine, shape.packages);
        workspaces.set(packages, workspace);
        await check(shape, engine, workspace);
      });
    }
  });
}

describe('the scripts', () => {
  it('are all in the matrix', () => {
    assert.deepEqual([...new Set(SHAPES.map(({ name }) => name))].sort(), scriptFolders().sort());
  });
});

async function check(shape: Shape, engine: Engine, workspace: Workspace): Promise<void> {
  const outcome = await recordShape(workspace, engine, shape);
  const runs = await Promise.all(outcome.recorded.runFolders.map((folder) => openRun(folder)));
  const described = await Promise.all(runs.map((run) => run.describe()));
  const equalBits = isEqual(outcome);
  const expected = shape.runs.map(({ layers }) => layers);
  const found = runs.map(({ manifest }) => markedLayers(manifest.layers, workspace.folder));
  const rightLines =
    JSON.stringify(found) === JSON.stringify(expected) &&
    runs.every(({ manifest }) =>
      manifest.layers.every((layer) => !layer.source || constructs(wordAt(layer, workspace.folder), layer.className)),
    );
  rows.push({
    ...emptyRow(shape, engine, ''),
    recorded: outcome.recorded.failure === null && runs.length === shape.runs.length,
    layers: runs.reduce((sum, { manifest }) => sum + manifest.layers.length, 0),
    epochs: described.map(({ summary }) => summary.epochs.join(' ')).join(', '),
    rightLines,
    equalBits,
    variables: outcome.bare.variables.length,
    bareSeconds: outcome.seconds.bare,
    recordedSeconds: outcome.seconds.recorded,
  });
  assert.equal(outcome.recorded.failure, null, outcome.recorded.failure?.wrong);
  assert.deepEqual(found, expected);
  assert.ok(
    rightLines,
    described.map(({ manifest }) => manifest.layers.map((l) => wordAt(l, workspace.folder))).join(),
  );
  described.forEach((description, index) => checkRun(description, shape.runs[index] as ExpectedRun, engine));
  assert.ok(outcome.bare.variables.length > 0 && outcome.bare.randomCalls > 0);
  assert.deepEqual(outcome.witnessed, outcome.bare);
  if (engine.name === 'wasm') assert.equal(outcome.recorded.stdout, outcome.bareOutput.stdout);
}

function checkRun(
  { summary, manifest }: Awaited<ReturnType<Awaited<ReturnType<typeof openRun>>['describe']>>,
  expected: ExpectedRun,
  engine: Engine,
): void {
  assert.deepEqual(summary.epochs, expected.epochs);
  assert.equal(summary.status.state, 'finished');
  assert.equal(manifest.task, expected.task);
  assert.equal(manifest.engine.name, engine.name);
  if (expected.name) assert.ok(summary.name.endsWith(`-${expected.name}`), summary.name);
  if (expected.metrics) assert.deepEqual(manifest.metrics, expected.metrics);
  const frozen = manifest.layers.filter(({ trainable, index }) => !trainable && index > 0).map(({ name }) => name);
  if (expected.frozen) assert.deepEqual(frozen, expected.frozen);
}

function isEqual({ bare, witnessed }: Outcome): boolean {
  return JSON.stringify(bare) === JSON.stringify(witnessed);
}

function emptyRow({ name, title }: Shape, engine: Engine, note: string): Row {
  const nothing = { recorded: null, layers: 0, epochs: '', rightLines: null, equalBits: null, variables: 0 };
  return { script: name, title, engine: engine.name, ...nothing, bareSeconds: 0, recordedSeconds: 0, note };
}
