/** Row 13: arrays with NaN, ±Inf, −0, subnormals, constant, of one value: counted, never mistaken, as NumPy has it. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { layerEpochStatistics } from '../../../src/analysis/kernelHost/layerEpochStatistics.js';
import { mapEntropy } from '../../../src/analysis/measures/intraSampleEntropy.js';
import type { LayerMaps, LayerEpochStatistics } from '../../../src/analysis/measures/layerEpochStatistics.js';
import { VALUE_STATISTICS, type ValueStatistic } from '../../../src/protocol/run.js';
import { seededRandom } from '../../../src/recorder/model/seededRandom.js';
import { Files } from '../../data/makeFiles.js';
import { builtKernels } from '../../measures/builtKernels.js';
import { python, pythonMissing } from '../../store/zarrPython.js';
import { type Part, type Tried, type TrustRow } from '../row.js';

type Compute = (layer: LayerMaps) => LayerEpochStatistics;

/** In the order of arrayStatistics.py; after them comes the entropy. */
const COMPARED: readonly ValueStatistic[] = [
  'minimum',
  'maximum',
  'mean',
  'variance',
  'non_finite_count',
  'zero_fraction',
];
const COLUMNS = COMPARED.length + 1;
const LENGTHS = [1, 2, 9, 25, 64];
const PECULIAR = [NaN, Infinity, -Infinity, -0, 0, 1e-45, -1.1754942e-38, 3.4028235e38, -3.4028235e38, 1e-20, 1];

/** Values of all kinds: plain ones, constants, peculiar ones among plain ones, peculiar ones alone. */
function drawArrays(count: number, length: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  const values = new Float32Array(count * length);
  for (let array = 0; array < count; array++) {
    const kind = random(5);
    const constant = PECULIAR[random(PECULIAR.length)]!;
    const scale = 10 ** (random(30) - 15);
    for (let i = 0; i < length; i++) {
      const plain = (random(2 ** 24) / 2 ** 23 - 1) * scale;
      const peculiar = PECULIAR[random(PECULIAR.length)]!;
      const mixed = random(8) === 0 ? peculiar : plain;
      values[array * length + i] = [plain, constant, mixed, peculiar, random(3) * scale][kind]!;
    }
  }
  return values;
}

/** One array is one channel of one sample. */
function compareWithNumPy(compute: Compute, files: Files, count: number, length: number): string[] {
  const maps = drawArrays(count, length, 13 + length);
  const file = files.write('arrays', new Uint8Array(maps.buffer));
  const script = fileURLToPath(new URL('../arrayStatistics.py', import.meta.url));
  const out = execFileSync(python, [script, file, String(length)], { maxBuffer: 2 ** 30 });
  const expected = new Float64Array(new Uint8Array(out).buffer);
  const labels = new Int32Array(0);
  const layer = { maps, sampleCount: 1, channelCount: count, mapLength: length, labels, classCount: 0 };
  const { values, entropy } = compute({ ...layer, activation: null, units: false });
  const violations: string[] = [];
  for (let array = 0; array < count; array++) {
    const row = COMPARED.map((name) => values[VALUE_STATISTICS.indexOf(name) * count + array]!);
    const ours = [...row, entropy[array]!];
    const theirs = [...expected.subarray(array * COLUMNS, (array + 1) * COLUMNS)];
    const own = maps.subarray(array * length, (array + 1) * length);
    ours.forEach((value, column) => {
      if (!isEqual(value, theirs[column]!, column, own))
        violations.push(`[${own.join()}] ${COMPARED[column] ?? 'entropy'}: ${value}, NumPy ${theirs[column]}`);
    });
  }
  return violations;
}

/** To nine digits of the array's own scale: of squares for the variance. */
function isEqual(ours: number, theirs: number, column: number, values: Float32Array): boolean {
  if (Number.isNaN(theirs) || Number.isNaN(ours)) return Number.isNaN(ours) && Number.isNaN(theirs);
  const largest = values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
  const scale = COMPARED[column] === 'variance' ? largest ** 2 : column < 3 ? largest : 1;
  return ours === theirs || Math.abs(ours - theirs) <= 1e-9 * scale;
}

async function againstNumPy(compute: Compute, count: number): Promise<Part> {
  const what = 'arrays against NumPy';
  if (pythonMissing) return { what, skipped: pythonMissing.replace('skipped: ', '') };
  const files = new Files();
  const each = Math.ceil(count / LENGTHS.length);
  const most = 20_000;
  const violations: string[] = [];
  for (const length of LENGTHS)
    for (let done = 0; done < each; done += most)
      violations.push(...compareWithNumPy(compute, files, Math.min(most, each - done), length));
  return { what, count: each * LENGTHS.length, violations };
}

/** What leaves for JSON, a picture or the page has null where a number is not defined. */
function emptyArrays(): Tried {
  const bits = mapEntropy([], { start: 0, length: 0 }, 32);
  return { what: 'empty array', count: 1, violations: bits === 0 ? [] : [`its entropy is ${bits}`] };
}

export const numbers: TrustRow = {
  number: 13,
  what: 'NaN, ±Inf, −0, subnormal, constant, empty, 1×1',
  promise: 'marked and counted, equal to NumPy',
  goal: '1,000,000 arrays',
  async *check(effort) {
    const kernels = await builtKernels();
    yield againstNumPy((layer) => layerEpochStatistics(kernels, layer), effort.count(10_000, 1_000_000));
    yield emptyArrays();
  },
  async control() {
    const kernels = await builtKernels();
    const takesNaNForZero: Compute = (layer) =>
      layerEpochStatistics(kernels, { ...layer, maps: layer.maps.map((value) => (Number.isNaN(value) ? 0 : value)) });
    const part = await againstNumPy(takesNaNForZero, 500);
    const what = 'kernels that treat NaN as zero';
    return 'skipped' in part ? { what, skipped: part.skipped } : { what, violations: part.violations };
  },
};
