/**
 * `npm run bench [-- --out docs/benchmarks.md] [section …]`: product and peers timed in the same run, printed as
 * ratios. Sections whose peer is not installed say so and are left out. Absolute times drift from machine to
 * machine; quote ratios.
 */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { useStoreKernels } from '../src/store/format/storeKernels.js';
import { setUpPython } from '../test/setup/python.mjs';
import { figure, writeSections, type MeasuredSection } from './benchmarksDocument.js';
import { benchKeystroke } from './editor/keystroke.js';
import { benchEngines } from './engines.js';
import { benchCost } from './cost.js';
import { benchFindings } from './findings.js';
import { benchMeasures } from './measures/index.js';
import { benchMemory } from './memory.js';
import { benchPython } from './pythonTrainings.js';
import { benchRecording } from './recording.js';
import { benchReduce } from './reduce.js';
import { benchResidual } from './residual.js';
import { ratio, type Row } from './row.js';
import { benchOpening } from './storage/opening.js';
import { benchSlices } from './storage/slices.js';
import { benchWriting } from './storage/writing.js';
import { root } from './trainings.js';
import { benchViews } from './views.js';
import { benchWholeRun } from './wholeRun.js';

const SECTIONS: Record<string, () => Promise<Row[]>> = {
  editor: benchKeystroke,
  engines: benchEngines,
  measures: benchMeasures,
  cost: benchCost,
  memory: benchMemory,
  whole: benchWholeRun,
  recording: benchRecording,
  python: benchPython,
  residual: benchResidual,
  writing: benchWriting,
  slices: benchSlices,
  opening: benchOpening,
  views: benchViews,
  findings: benchFindings,
  reduce: benchReduce,
};

function rowText(row: Row): string {
  const times = `${figure(row.ours)} ${row.unit} against ${figure(row.peer)} ${row.unit}`;
  const goal = row.goal === null ? '' : `  goal ${row.goal.toFixed(2)}: ${ratio(row) >= row.goal ? 'met' : 'NOT met'}`;
  const cpu = row.cpu
    ? `; processor ${(row.cpu.peer / row.cpu.ours).toFixed(2)} × (${figure(row.cpu.ours)} against ${figure(row.cpu.peer)})`
    : '';
  return `${row.what.padEnd(58)} ${ratio(row).toFixed(2).padStart(8)} ×  ${times} (${row.peerName})${cpu}${goal}`;
}

/** Runs a section; keeps what it prints beside its rows. */
async function measured(name: string): Promise<MeasuredSection> {
  const notes: string[] = [];
  const print = console.log;
  console.log = (text: string) => {
    notes.push(...text.split('\n'));
    print(text);
  };
  try {
    const rows = await SECTIONS[name]();
    return { name, machine: `${machine}, ${new Date().toISOString().slice(0, 10)}.`, rows, notes };
  } finally {
    console.log = print;
  }
}

const machine = `${cpus().length} cores, ${cpus()[0].model}, Node ${process.versions.node}`;
const { values, positionals } = parseArgs({ options: { out: { type: 'string' } }, allowPositionals: true });
const names = positionals.length > 0 ? positionals : Object.keys(SECTIONS);
console.log(machine);
// As in the product: sections that write or read runs in this process do so with its kernels.
useStoreKernels(join(root, 'dist', 'kernels'));
const python = await setUpPython();
if (python.reason) console.log(`No Python for the peers: ${python.reason}`);
console.log('Ratio: how many times better ours is than the peer.\n');
for (const name of names) {
  if (!Object.hasOwn(SECTIONS, name)) {
    console.error(`There is no section "${name}": ${Object.keys(SECTIONS).join(', ')}.`);
    process.exitCode = 2;
    continue;
  }
  console.log(`## ${name}`);
  const section = await measured(name);
  for (const row of section.rows) console.log(rowText(row));
  console.log('');
  if (values.out) writeSections(values.out, [section]);
}
