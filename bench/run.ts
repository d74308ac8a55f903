/**
 * `npm run bench [-- section …]`: product and peers timed in the same run, printed as ratios. Sections
 * whose peer is not installed say so and are left out. Absolute times drift from machine to machine;
 * quote ratios.
 */
import { cpus } from 'node:os';
import { benchKeystroke } from './editor/keystroke.js';
import { benchEngines } from './engines.js';
import { benchCost } from './cost.js';
import { benchFindings } from './findings.js';
import { benchMeasures } from './measures/index.js';
import { benchMemory } from './memory.js';
import { benchRecording } from './recording.js';
import { benchResidual } from './residual.js';
import { ratio, type Row } from './row.js';
import { benchOpening } from './storage/opening.js';
import { benchSlices } from './storage/slices.js';
import { benchWriting } from './storage/writing.js';
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
  residual: benchResidual,
  writing: benchWriting,
  slices: benchSlices,
  opening: benchOpening,
  views: benchViews,
  findings: benchFindings,
};

function rowText(row: Row): string {
  const times = `${number(row.ours)} ${row.unit} against ${number(row.peer)} ${row.unit}`;
  const goal =
    row.goal === null ? '' : ratio(row) >= row.goal ? `  goal ${row.goal}: met` : `  goal ${row.goal}: NOT met`;
  const cpu = row.cpu
    ? `; processor ${(row.cpu.peer / row.cpu.ours).toFixed(2)} × (${number(row.cpu.ours)} against ${number(row.cpu.peer)})`
    : '';
  return `${row.what.padEnd(58)} ${ratio(row).toFixed(2).padStart(8)} ×  ${times} (${row.peerName})${cpu}${goal}`;
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

const wanted = process.argv.slice(2);
const names = wanted.length > 0 ? wanted : Object.keys(SECTIONS);
console.log(`${cpus().length} cores, ${cpus()[0].model}, Node ${process.versions.node}`);
console.log('Ratio: how many times better ours is than the peer.\n');
for (const name of names) {
  if (!Object.hasOwn(SECTIONS, name)) {
    console.error(`There is no section "${name}": ${Object.keys(SECTIONS).join(', ')}.`);
    process.exitCode = 2;
    continue;
  }
  console.log(`## ${name}`);
  for (const row of await SECTIONS[name]()) console.log(rowText(row));
  console.log('');
}
