/**
 * Scripts as people write them, on every engine that there is: each is recorded, with the right layers at the
 * right lines, and computes the same to the last bit as without us. The table is printed and kept in
 * test-artifacts/recordings.md.
 */
import assert from 'node:assert/strict';
import type { Workspace } from '../recorder/support/workspace.js';
import { checkFindings, findingsOf } from './support/checkShape.js';
import { ENGINES, type Engine } from './support/engines.js';
import { prepareWorkspace, recordShape } from './support/recordShape.js';
import { reportTable, writeReport, type Row } from './support/report.js';
import { scriptFolders, SHAPES, type Shape } from './support/shapes.js';

/** One script of each kind in the quick run. */
const QUICK = ['mnist-node', 'ts-class', 'acgan', 'dqn', 'vae', 'hand-loop', 'lstm-text', 'multi-io', 'regression'];

const rows: Row[] = [];
const only = process.env.CNNSLICER_SHAPE;
const shapes = SHAPES.filter(({ name }) => !only || only.split(',').includes(name));

after(() => {
  console.log(`\n${reportTable(rows)}\n${writeReport(rows)}`);
});

for (const engine of ENGINES) {
  describe(`scripts as they are, on ${engine.name}${engine.name === 'wasm' ? '' : ' @all'}`, () => {
    const workspaces = new Map<string, Workspace>();
    after(() => workspaces.forEach((workspace) => workspace.remove()));
    for (const shape of shapes) {
      it(`${shape.name}: ${shape.title}${QUICK.includes(shape.name) ? '' : ' @all'}`, async function () {
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
  const findings = await findingsOf(shape, outcome, workspace);
  const { runs, rightLines, equalBits } = findings;
  rows.push({
    ...emptyRow(shape, engine, ''),
    recorded: outcome.recorded.failure === null && runs.length === shape.runs.length,
    layers: runs.reduce((sum, { manifest }) => sum + manifest.layers.length, 0),
    epochs: runs.map(({ summary }) => summary.epochs.join(' ')).join(', '),
    rightLines,
    equalBits,
    variables: outcome.bare.variables.length,
    bareSeconds: outcome.seconds.bare,
    recordedSeconds: outcome.seconds.recorded,
  });
  checkFindings(shape, engine, outcome, findings);
}

function emptyRow({ name, title }: Shape, engine: Engine, note: string): Row {
  const nothing = { recorded: null, layers: 0, epochs: '', rightLines: null, equalBits: null, variables: 0 };
  return { script: name, title, engine: engine.name, ...nothing, bareSeconds: 0, recordedSeconds: 0, note };
}
