/**
 * Every parser of files under generative fuzzing, in a process of its own, so that a parser that hangs is ended.
 * CNNSLICER_FUZZ_SECONDS makes it longer (600 in a nightly run), CNNSLICER_FUZZ_SEED repeats one.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { Files } from './makeFiles.js';
import type { TargetReport } from './fuzz/program.js';

const seconds = Number(process.env.CNNSLICER_FUZZ_SECONDS ?? 20);
const seed = process.env.CNNSLICER_FUZZ_SEED ?? String(Date.now() % 2 ** 31);

interface Report {
  readonly reports: readonly TargetReport[];
  readonly peakMebibytes: number;
}

function fuzz(forSeconds: number, ...more: readonly string[]): Report {
  const args = ['--import', 'tsx', 'test/data/fuzz/program.ts', String(forSeconds), seed, new Files().folder, ...more];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    timeout: 1000 * (3 * forSeconds + 90),
    maxBuffer: 2 ** 26,
  });
  assert.equal(status, 0, `seed ${seed}: the process ended with ${status ?? 'no end: a parser hangs'}\n${stderr}`);
  return JSON.parse(stdout) as Report;
}

describe('fuzzing of the loaders', function () {
  this.timeout(1000 * (4 * seconds + 180));

  it(`every mutated file is read or refused in words: ${seconds} s @all`, () => {
    const { reports, peakMebibytes } = fuzz(seconds);
    for (const { name, read, refused, slowestMilliseconds, crashes } of reports) {
      console.log(`      ${name}: ${read} read, ${refused} refused, slowest ${slowestMilliseconds.toFixed(0)} ms`);
      assert.deepEqual(crashes, [], `${name}, seed ${seed}`);
      assert.ok(refused > 20 && read > 0, `${name}: both outcomes were reached`);
      assert.ok(slowestMilliseconds <= 1000, `${name}, seed ${seed}: ${slowestMilliseconds} ms of processor time`);
    }
    console.log(`      seed ${seed}, peak memory ${peakMebibytes} MiB`);
    assert.ok(peakMebibytes <= 512, `${peakMebibytes} MiB`);
  });

  it('control: a parser that believes what it reads is caught', () => {
    const [report] = fuzz(1, 'control').reports;
    assert.ok((report?.crashes.length ?? 0) > 0);
  });
});
