/** Approximate neighbours as a question to the engine: shared between its threads, or not. */
import assert from 'node:assert/strict';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';
import { nearSubspace } from '../measures/nearSubspace.js';
import { buildWorker, type BuiltWorker } from './builtWorker.js';

const [N, D] = [2400, 200];

describe('approximate neighbours by the engine', () => {
  let built: BuiltWorker;
  before(async () => {
    built = await buildWorker();
  });
  after(() => built.remove());

  async function entropyOf(samples: Float32Array, threads: number, neighbours: 'exact' | 'approximate') {
    const engine = new AnalysisEngine({ ...built, threads });
    try {
      return await engine.interOfArray(samples, N, D, { neighbours });
    } finally {
      await engine.dispose();
    }
  }

  it('are the same on any number of threads, say their recall, and hardly change the entropy', async () => {
    const samples = nearSubspace(N, D);
    const alone = await entropyOf(samples, 1, 'approximate');
    assert.ok(alone.recall !== undefined && alone.recall >= 0.99, String(alone.recall));
    for (const threads of [2, 3]) assert.deepEqual(await entropyOf(samples, threads, 'approximate'), alone);
    const exact = await entropyOf(samples, 2, 'exact');
    assert.equal(exact.recall, undefined);
    assert.ok(Math.abs(alone.bits! - exact.bits!) < 0.01, `${alone.bits}, ${exact.bits}`);
  });

  it('are exact ones where directions say too little, as of noise', async () => {
    const noise = new Float32Array(N * D);
    fillStandardNormal(noise, 1);
    const { provenance: asked, ...value } = await entropyOf(noise, 2, 'approximate');
    const { provenance: exact, ...same } = await entropyOf(noise, 2, 'exact');
    assert.deepEqual(value, same);
    assert.deepEqual([asked.estimator, asked.parameters['exactValues']], [exact.estimator, 1]);
  });
});
