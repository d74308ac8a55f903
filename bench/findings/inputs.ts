/** Does the entropy of the inputs grow with the sample size, and does noise of equal size too? */
import { shuffledIndices } from '../../src/analysis/measures/standardNormal.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { verdictOf, type Finding } from './finding.js';
import type { NetworkRuns } from './recorded.js';

const SIZES = [100, 250, 500, 1000, 2000];

interface Row {
  readonly network: string;
  readonly n: number;
  readonly d: number;
  readonly bits: number;
  readonly half: number;
  readonly noise: number;
}

export async function inputEntropyGrows(all: readonly NetworkRuns[]): Promise<Finding> {
  const rows = (await Promise.all(all.map(rowsOf))).flat();
  const byNetwork = all.map(({ network }) => rows.filter((row) => row.network === network.name));
  const grows = byNetwork.map((some) => ({
    network: some[0].network,
    holds: some.every((row, i) => i === 0 || row.bits - row.half > some[i - 1].bits),
  }));
  const seen = byNetwork.map((some) => {
    const [first, last] = [some[0], some[some.length - 1]];
    const [growth, noise] = [last.bits - first.bits, last.noise - first.noise];
    return `${first.network}: from N = ${first.n} to ${last.n}, H grows by ${growth.toFixed(2)} bits, noise by ${noise.toFixed(2)}, log2 N by ${Math.log2(last.n / first.n).toFixed(2)}.`;
  });
  return {
    ...{
      id: 'input-entropy',
      claim: 'The entropy of the inputs grows with the sample size',
      verdict: verdictOf(grows),
    },
    seen: [
      ...seen,
      'The measure grows as log2 N by construction, and noise grows with it: growth alone says nothing of the images.',
    ],
    how: 'Inter-sample entropy, k = 15, exact neighbours; random parts of one training sample; 95 % jackknife interval; standard normal noise of equal N and D.',
    table: {
      header: ['data', 'N', 'D', 'H, bits', 'H − log2 N', 'noise, bits', 'noise − log2 N'],
      rows: rows.map(({ network, n, d, bits, half, noise }) => [
        ...[network, String(n), String(d), `${bits.toFixed(3)} ± ${half.toFixed(3)}`, (bits - Math.log2(n)).toFixed(3)],
        ...[noise.toFixed(3), (noise - Math.log2(n)).toFixed(3)],
      ]),
    },
    chart: {
      ...{ title: 'What is left of the growth', x: 'log2 N', y: 'H − log2 N, bits' },
      lines: all.flatMap(({ network }) =>
        (['bits', 'noise'] as const).map((what) => ({
          name: what === 'bits' ? network.name : `noise as ${network.name}`,
          dashed: what === 'noise',
          points: rows
            .filter((row) => row.network === network.name)
            .map((row) => [Math.log2(row.n), row[what] - Math.log2(row.n)] as const),
        })),
      ),
    },
  };
}

async function rowsOf({ network, largest, engine }: NetworkRuns): Promise<Row[]> {
  const sample = await (await openRun(largest[0].folder)).readTrainingSample();
  if (!sample) return [];
  const count = largest[0].manifest.trainingSample?.count ?? 0;
  const d = sample.inputs.length / count;
  const order = shuffledIndices(count, 1);
  const rows: Row[] = [];
  for (const n of SIZES.filter((size) => size <= count)) {
    const part = new Float32Array(n * d);
    for (let i = 0; i < n; i++) part.set(sample.inputs.subarray(order[i] * d, (order[i] + 1) * d), i * d);
    const value = await engine.interOfArray(part, n, d, { noise: true, interval: true });
    rows.push({ network: network.name, n, d, bits: value.bits!, half: value.halfWidthBits!, noise: value.noiseBits! });
  }
  return rows;
}
