/** The measures between arrays and of recorded runs, as the command line prints them: known answers. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { intrinsicDimension } from '../../src/analysis/measures/intrinsicDimension.js';
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';
import { addMeasureCommands } from '../../src/cli/commands/measure.js';
import { addQueryCommand } from '../../src/cli/commands/query.js';
import type { Invocation } from '../../src/cli/invocation.js';
import type { Provenance } from '../../src/protocol/measure.js';
import { buildWorker, type BuiltWorker } from '../engine/builtWorker.js';
import { syntheticRun } from '../engine/syntheticRun.js';
import { removeFolders } from '../store/sampleRun.js';

const near = (actual: number | null | undefined, expected: number, tolerance: number): void =>
  assert.ok(typeof actual === 'number' && Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

/** A .npy file of version 1.0, as numpy.save writes it. */
function npy(shape: readonly number[], values: Float32Array | Float64Array | Int32Array): Buffer {
  const type = values instanceof Int32Array ? '<i4' : values instanceof Float64Array ? '<f8' : '<f4';
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const header = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + '\n';
  const length = Buffer.from(Uint16Array.of(header.length).buffer);
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    length,
    Buffer.from(header),
    Buffer.from(values.buffer),
  ]);
}

function normal(length: number, seed: number): Float32Array {
  const values = new Float32Array(length);
  fillStandardNormal(values, seed);
  return values;
}

interface Answer {
  readonly bits: number[][];
  readonly null: { p: number[][]; maximumBits: number };
  readonly entropyRows: number[];
  readonly inputBits: number;
  readonly noiseVariance: number;
  readonly labelBits: number;
  readonly labelCeilingBits: number;
  readonly pairs: { bits: number; null: { highBits: number } }[];
  readonly inputNull: object | null;
  readonly units: { labelBits: number; inputNull: object | null; labelNull: object | null }[];
  readonly cka: number;
  readonly reason: string | null;
  readonly provenance: Provenance;
  readonly halfWidth: number;
  readonly twoNN: number;
  readonly participationRatio: number;
  readonly n: number;
  readonly values: unknown[];
}

describe('measures between arrays on the command line', () => {
  let folder: string;
  let built: BuiltWorker;
  let engine: AnalysisEngine;

  before(async () => {
    [folder, built] = await Promise.all([mkdtemp(join(tmpdir(), 'cnnslicer-arrays-')), buildWorker()]);
    engine = new AnalysisEngine({ ...built, threads: 2 });
  });
  after(async () => {
    await engine.dispose();
    await Promise.all([rm(folder, { recursive: true }), built.remove(), removeFolders()]);
  });

  const save = async (
    name: string,
    shape: readonly number[],
    values: Float32Array | Float64Array | Int32Array,
  ): Promise<string> => {
    await writeFile(join(folder, name), npy(shape, values));
    return join(folder, name);
  };
  const run = async (...words: string[]): Promise<{ lines: string[]; json: Answer | null }> => {
    const lines: string[] = [];
    const answers: Answer[] = [];
    const console = {
      result: (line: string) => lines.push(line),
      json: (value: unknown) => answers.push(JSON.parse(JSON.stringify(value)) as Answer),
      message: () => undefined,
      progress: () => undefined,
    };
    const invocation = {
      ...{ console, workingFolder: folder, distFolder: folder, signal: new AbortController().signal },
      engine: () => engine,
    } as unknown as Invocation;
    const program = new Command().exitOverride();
    addMeasureCommands(program, invocation);
    addQueryCommand(program, invocation);
    await program.parseAsync(['node', 'cnnslicer', ...words]);
    return { lines, json: answers[0] ?? null };
  };

  it('layer-mi of XOR: either part says 0 bits of the result, both together 1', async () => {
    const both = Float32Array.from({ length: 4 * 2 * 25 }, (_, i) =>
      i % 2 === 0 ? Math.floor(i / 4) % 2 : Math.floor(i / 2) % 2,
    );
    const xor = Int32Array.from({ length: 100 }, (_, i) => both[2 * i] ^ both[2 * i + 1]);
    const samples = await save('xor.npy', [100, 2], both);
    const labels = await save('labels.npy', [100], xor);
    const whole = (await run('measure', 'layer-mi', '--samples', samples, '--labels', labels, '--bins', '2')).json!;
    near(whole.labelBits, 1, 1e-12);
    near(whole.inputBits, 2, 1e-12);
    near(whole.labelCeilingBits, 1, 1e-12);
    assert.match(whole.provenance.estimator, /joint states/);
    const single = await run('measure', 'layer-mi', '--samples', samples, '--labels', labels, '--units', '--bins', '2');
    for (const { labelBits } of single.json!.units) near(labelBits, 0, 1e-12);
    assert.match(single.json!.provenance.estimator, /of each unit/);
    const words = ['measure', 'layer-mi', '--samples', samples, '--labels', labels, '--permutations', '39'];
    const [unit] = (await run(...words, '--units')).json!.units;
    assert.deepEqual([unit.inputNull, unit.labelNull !== null], [null, true], 'one unit has no joint states to lose');
    assert.notEqual((await run(...words)).json!.inputNull, null);
  });

  it('layer-mi by KSG of correlated normal numbers is −½ log2(1 − ρ²), of independent ones inside its null', async () => {
    const [n, rho] = [1500, 0.8];
    const noise = normal(3 * n, 7);
    const values = Float32Array.from({ length: 3 * n }, (_, i) => {
      const [at, unit] = [3 * Math.floor(i / 3), i % 3];
      return unit === 1 ? rho * noise[at] + Math.sqrt(1 - rho * rho) * noise[at + 1] : noise[at + unit];
    });
    const samples = await save('normal.npy', [n, 3], values);
    const { json } = await run(
      'measure',
      'layer-mi',
      '--samples',
      samples,
      '--estimator',
      'ksg',
      '--permutations',
      '39',
    );
    const [dependent, independent] = json!.pairs;
    near(dependent.bits, -0.5 * Math.log2(1 - rho * rho), 0.1);
    assert.ok(dependent.bits > dependent.null.highBits);
    assert.ok(independent.bits < independent.null.highBits + 0.05);
  });

  it('distance-mi of a copied channel is its entropy, of an independent one inside the null', async () => {
    const [n, length] = [60, 9];
    const a = normal(n * 2 * length, 1);
    const b = normal(n * 2 * length, 2);
    // B is independent of A but for its channel 1, which is A's channel 0.
    for (let i = 0; i < n; i++) b.set(a.subarray(2 * i * length, (2 * i + 1) * length), (2 * i + 1) * length);
    const files = ['--samples', await save('a.npy', [n, 2, 3, 3], a), '--other', await save('b.npy', [n, 2, 3, 3], b)];
    const { json } = await run('measure', 'distance-mi', ...files, '--permutations', '39', '--bins', '8');
    near(json!.bits[0][1], json!.entropyRows[0], 1e-9);
    near(json!.null.p[0][1], 1 / 40, 1e-12);
    assert.ok(json!.bits[1][0] <= json!.null.maximumBits && json!.null.p[1][0] > 0.05);
    assert.equal(json!.n, n);
    const { lines } = await run('measure', 'distance-mi', ...files, '--bins', '8', '--csv');
    assert.equal(lines.length, 5);
    assert.match(lines[0], /^epoch,A,B,MI bits/);
    assert.match(lines[1], /^,0,0,/, 'an array has no epoch');
    near(Number(lines[2].split(',')[3]), json!.entropyRows[0], 1e-9);
  });

  it('cka is 1 for a scaled copy and near 0 for noise, and wants the same samples', async () => {
    const a = normal(80 * 6, 3);
    const files = {
      a: await save('left.npy', [80, 6], a),
      scaled: await save(
        'scaled.npy',
        [80, 6],
        a.map((value) => 3 * value),
      ),
      noise: await save('noise.npy', [80, 2, 5], normal(800, 4)),
      fewer: await save('fewer.npy', [79, 6], a.subarray(0, 79 * 6).slice()),
    };
    const cka = (other: string) => run('measure', 'cka', '--samples', files.a, '--other', other, '--interval');
    near((await cka(files.scaled)).json!.cka, 1, 1e-6);
    const { json } = await cka(files.noise);
    assert.ok(Math.abs(json!.cka) < 0.15 && json!.halfWidth > 0);
    await assert.rejects(cka(files.fewer), /79 samples/);
    const constant = await cka(await save('constant.npy', [80, 2], new Float32Array(160).fill(3)));
    assert.deepEqual([constant.json!.cka, constant.json!.reason], [null, 'undefined: one side is constant']);
  });

  it('intrinsic says both dimensions of samples, as JSON and as CSV', async () => {
    const values = normal(50 * 3, 4);
    const samples = await save('intrinsic.npy', [50, 3], values);
    const { json } = await run('measure', 'intrinsic', '--samples', samples, '--json');
    const twin = intrinsicDimension(values, 50, 3);
    near(json!.twoNN, twin.twoNN!, 1e-6);
    near(json!.participationRatio, twin.participationRatio!, 1e-5);
    assert.deepEqual([json!.n, json!.halfWidth, json!.provenance.unit], [50, null, 'dimensions']);
    assert.ok(!('layer' in json!) && !('epoch' in json!));
    const { lines } = await run('measure', 'intrinsic', '--samples', samples, '--interval', '--csv');
    assert.match(lines[0], /^layer,epoch,TwoNN,half width,participation ratio,N,D,duplicates,note,estimator$/);
    assert.equal(lines.length, 2);
    assert.ok(Number(lines[1].split(',')[3]) > 0, lines[1]);
  });

  it('inter says how it was estimated, with the k that was used, and no layer', async () => {
    const samples = await save('few.npy', [9, 3], normal(27, 8));
    const { json } = await run('measure', 'inter', '--samples', samples);
    assert.match(json!.provenance.estimator, /nearest-neighbour graph/);
    assert.deepEqual(json!.provenance.parameters, { k: 15, leastK: 8, noise: false, interval: false });
    assert.ok(!('layer' in json!) && !('epoch' in json!));
  });

  it('labels of another length, or one-hot, are refused with what to do', async () => {
    const samples = await save('labelled.npy', [6, 2, 2], normal(24, 9));
    const labelled = async (shape: readonly number[]) => {
      const labels = await save('classes.npy', shape, new Int32Array(shape.reduce((a, b) => a * b, 1)));
      return run('measure', 'intra', '--samples', samples, '--labels', labels);
    };
    await assert.rejects(labelled([5]), /it has 5 samples, but the first array has 6/);
    await assert.rejects(labelled([6, 3]), /argmax/);
  });

  it('options that the estimator does not take are refused', async () => {
    const samples = await save('taken.npy', [9, 3], normal(27, 8));
    await assert.rejects(run('measure', 'layer-mi', '--samples', samples, '--noise-share', '0.1'), /--estimator kde/);
    await assert.rejects(
      run('measure', 'layer-mi', '--samples', samples, '--permutations', '5'),
      /computing layer mutual information: permutations is 5/,
    );
  });

  it('float64 values far from 0, very large or very small are measured as their copies about 0', async () => {
    const near0 = Float64Array.from(normal(80 * 4, 5));
    const other = await save('beside.npy', [80, 3], normal(80 * 3, 6));
    const measured = async (name: string, values: Float64Array) => {
      const samples = ['--samples', await save(name, [80, 4], values)];
      const json = async (...words: string[]) => (await run('measure', ...words, ...samples)).json!;
      const kde = await json('layer-mi', '--estimator', 'kde');
      const ksg = await json('layer-mi', '--estimator', 'ksg');
      const spread = Math.max(...values) - Math.min(...values);
      return [
        ...[(await json('inter')).bits, (await json('layer-mi', '--bins', '3')).inputBits, kde.inputBits],
        ...[kde.noiseVariance / spread / spread, (await json('cka', '--other', other)).cka],
        ...[ksg.pairs[0].bits, (await json('distance-mi', '--bins', '8')).bits[0][1]],
      ].map(Number);
    };
    const expected = await measured('at0.npy', near0);
    const check = async (name: string, values: Float64Array) =>
      (await measured(name, values)).forEach((value, i) => near(value, expected[i], 1e-5));
    await check(
      'far.npy',
      near0.map((value) => 2 ** 30 + value),
    );
    await check(
      'large.npy',
      near0.map((value) => 1e150 * value),
    );
    await check(
      'small.npy',
      near0.map((value) => 1e-150 * value),
    );
  });

  it('query prints every measure of a run as a table, as CSV and as JSON', async () => {
    const recorded = await syntheticRun();
    for (const measure of ['distance-mi', 'layer-mi', 'cka', 'redundancy', 'slice', 'intrinsic']) {
      const words = ['query', recorded.folder, 'dCNN(-, {layer_1, layer_3}, -, 1)', '--measure', measure];
      const csv = (await run(...words, '--csv')).lines;
      const table = (await run(...words)).lines;
      assert.ok(csv.length > 1 && table.length >= csv.length, measure);
      // Estimators are in quotes, as they have commas.
      assert.equal(new Set(csv.map((line) => line.replace(/"[^"]*"/g, '').split(',').length)).size, 1, csv[0]);
      assert.match(csv[0], /,estimator$/, measure);
      assert.ok((await run(...words, '--json')).json!.values.length > 0);
    }
  });
});
