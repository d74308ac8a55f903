/** Row 8: every parser under generative fuzzing, in processes of their own, so that one that hangs is ended. */
import { spawnSync } from 'node:child_process';
import type { TargetReport } from '../../data/fuzz/program.js';
import { Files } from '../../data/makeFiles.js';
import type { FuzzReport } from '../programs/fuzzParsers.js';
import { type Tried, type TrustRow } from '../row.js';

const MEBIBYTES = 512;

/** The program's JSON, or why there is none. */
function runProgram(seconds: number, args: readonly string[]): unknown {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', ...args], {
    encoding: 'utf8',
    timeout: 1000 * seconds,
    maxBuffer: 2 ** 26,
  });
  return status === 0
    ? JSON.parse(stdout)
    : `it ended with ${status ?? 'no end: a parser hangs'} ${stderr.slice(-800)}`;
}

function fuzzParsers(cases: number, seed: number, ...more: readonly string[]): Tried {
  const what = 'records, manifests, queries, messages, links';
  const seconds = 60 + cases / 20;
  const report = runProgram(seconds, ['test/trust/programs/fuzzParsers.ts', String(cases), String(seed), ...more]);
  if (typeof report === 'string') return { what, count: 0, violations: [report] };
  const { count, violations, peakMebibytes } = report as FuzzReport; // as the program wrote it
  const isLarge = peakMebibytes > MEBIBYTES ? [`seed ${seed}: ${peakMebibytes} MiB`] : [];
  return { what, count, violations: [...violations.map((one) => `seed ${seed}: ${one}`), ...isLarge] };
}

function fuzzLoaders(seconds: number, seed: number): Tried {
  const args = ['test/data/fuzz/program.ts', String(seconds), String(seed), new Files().folder];
  const what = `files of data sets and models, ${seconds} s`;
  const report = runProgram(3 * seconds + 90, args);
  if (typeof report === 'string') return { what, count: 0, violations: [report] };
  const { reports, peakMebibytes } = report as { reports: TargetReport[]; peakMebibytes: number };
  const violations = reports.flatMap(({ name, crashes, slowestMilliseconds }) => [
    ...crashes.map((crash) => `seed ${seed}, ${name}: ${crash.slice(0, 2000)}`),
    ...(slowestMilliseconds > 1000 ? [`seed ${seed}, ${name}: ${slowestMilliseconds} ms`] : []),
  ]);
  if (peakMebibytes > MEBIBYTES) violations.push(`seed ${seed}: ${peakMebibytes} MiB`);
  return { what, count: reports.reduce((sum, { read, refused }) => sum + read + refused, 0), violations };
}

export const parsers: TrustRow = {
  number: 8,
  what: 'generative fuzzing of every parser',
  promise: 'a typed failure or a valid result within limits',
  goal: '10 min; 0 crashes, hangs > 1 s, RSS > 512 MB',
  async *check(effort) {
    const seed = Date.now() % 2 ** 31;
    yield fuzzParsers(effort.count(400, 60_000), seed);
    if (effort.full) yield fuzzLoaders(300, seed);
    else yield { what: 'files of data sets', skipped: 'test/data fuzzes them in the same run' };
  },
  async control() {
    const { violations } = fuzzParsers(200, 8, 'control');
    return { what: 'a parser that does not check its input', violations };
  },
};
