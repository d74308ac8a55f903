/**
 * Writes large runs for whoever wants to read some (largeRun.ts).
 *   node --import tsx bench/generate/index.ts WORKSPACE [--runs 1] [--layers 200] [--channels 8] [--side 8]
 *     [--probes 200] [--epochs 10] [--classes 10] [--gib N]      --gib: as many epochs as that takes, for each run
 */
import { parseArgs } from 'node:util';
import { epochsFor, LARGE, writeLargeRun, writeLayerScript, type LargeRunSizes } from './largeRun.js';

const number = { type: 'string' } as const;
const options = {
  runs: number,
  layers: number,
  channels: number,
  side: number,
  probes: number,
  epochs: number,
  classes: number,
  gib: number,
};
const { values, positionals } = parseArgs({ allowPositionals: true, options });
const [workspace] = positionals;
if (workspace === undefined) throw new Error('name the workspace folder to write runs into');
const given = Object.entries(values).map(([key, value]) => [key, Number(value)]);
const {
  runs = 1,
  gib,
  ...rest
} = Object.fromEntries(given) as Partial<LargeRunSizes> & { runs?: number; gib?: number };
const sizes = { ...LARGE, ...rest };
const whole = gib === undefined ? sizes : { ...sizes, epochs: epochsFor(gib * 2 ** 30, sizes) };
await writeLayerScript(workspace, whole);
for (let run = 0; run < runs; run++) {
  const { folder, byteCount } = await writeLargeRun(workspace, run, whole);
  console.log(`${folder}: ${(byteCount / 2 ** 30).toFixed(2)} GiB, ${whole.epochs} epochs`);
}
