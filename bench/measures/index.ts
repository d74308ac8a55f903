/** Measures against Python peers and against what the processor can do, in one run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Row } from '../row.js';
import { interSampleTime, productRate } from './interSample.js';
import { intraSampleTime } from './intraSample.js';
import { mnistOrNoise, rectifiedNoise } from './inputs.js';
import { widestRate } from './peak.js';
import { peerTime } from './peers.js';

const D = 784;
const MAPS = 64_000;
/** numpy.histogram a map at a time takes ten seconds: a part of the maps, scaled up. */
const LOOPED_MAPS = 4000;

export async function benchMeasures(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cnnslicer-bench-'));
  try {
    const rows = [...(await interRows(folder)), ...(await intraRows(folder))];
    return rows.filter(({ peer }) => !Number.isNaN(peer));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function interRows(folder: string): Promise<Row[]> {
  const rows: Row[] = [];
  const { name, samples } = mnistOrNoise(10_000);
  const file = join(folder, 'samples.f4');
  writeFileSync(file, samples);
  for (const [n, threads] of [
    [5000, 1],
    [5000, 2],
    [10_000, 1],
    [10_000, 2],
  ]) {
    const largest = n === 10_000 && threads === 2;
    const exact = peerTime('exact_neighbours', file, n, D, threads);
    const ours = await interSampleTime(samples, n, D, threads);
    const what = `exact inter-sample entropy, ${name}, N = ${n}, ${threads} thread${threads > 1 ? 's' : ''}`;
    const common = { section: 'measures', what, ours, unit: 'ms' } as const;
    rows.push({ ...common, peer: exact, peerName: 'scikit-learn, exact neighbours only', goal: largest ? 1.5 : null });
    if (!largest) continue;
    const umap = peerTime('umap_graph', file, n, D, threads);
    rows.push({ ...common, peer: umap, peerName: 'umap-learn, approximate graph', goal: null });
  }
  const sgemm = (2 * 5000 * 5000 * D) / peerTime('matrix_product', file, 5000, D, 1) / 1e6;
  const product = {
    section: 'measures',
    what: 'product x·yᵀ of the distances, 1 thread',
    ours: await productRate(),
    unit: 'GFLOP/s',
  } as const;
  rows.push({
    ...product,
    peer: await widestRate(),
    peerName: 'multiplications and additions of 128 bits in WASM',
    goal: 0.85,
  });
  rows.push({ ...product, peer: sgemm, peerName: 'numpy, wider vectors', goal: null });
  return rows;
}

async function intraRows(folder: string): Promise<Row[]> {
  const maps = rectifiedNoise(MAPS * D);
  const file = join(folder, 'maps.f4');
  writeFileSync(file, maps);
  const loop = (peerTime('histogram_loop', file, LOOPED_MAPS, D, 1) * MAPS) / LOOPED_MAPS;
  const ours = await intraSampleTime(maps, D);
  const vectorised = peerTime('histogram_vectorised', file, MAPS, D, 1);
  const common = { section: 'measures', what: 'intra-sample entropy, 200 MB, 1 thread', ours, unit: 'ms' } as const;
  return [
    { ...common, peer: loop, peerName: 'numpy.histogram a map', goal: null },
    { ...common, peer: vectorised, peerName: 'numpy, vectorised', goal: 4 },
  ];
}
