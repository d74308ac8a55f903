/**
 * What "Reduce filters" is worth: the digits example is trained from several seeds, recorded, reduced as the editor
 * would, and trained again. Prints the table and writes docs/reduce.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AnalysisEngine } from '../src/analysis/engine.js';
import { openRun } from '../src/store/reading/openRun.js';
import { digitsWorkspace, train, type Trained } from './reduce/digitsTraining.js';
import { reduceDocument } from './reduce/reduceDocument.js';
import { reducedText, type Reduced } from './reduce/reducedText.js';
import type { Row } from './row.js';

const SEEDS = [1, 2, 3, 4, 5];
const EPOCHS = 10;
const root = fileURLToPath(new URL('..', import.meta.url));

export interface Outcome extends Trained {
  readonly parameters: number;
}

export interface Comparison {
  readonly seed: number;
  readonly before: Outcome;
  readonly after: Outcome;
  readonly reduced: Reduced;
}

export async function benchReduce(): Promise<Row[]> {
  const text = readFileSync(join(root, 'examples', 'digits', 'train.js'), 'utf8');
  const engine = new AnalysisEngine({ workerFile: join(root, 'dist', 'analysisWorker.cjs') });
  const workspace = await digitsWorkspace();
  try {
    const all: Comparison[] = [];
    for (const seed of SEEDS) {
      const before = await outcome(workspace.folder, seed, text);
      const reduced = await reducedText(engine, before.runFolder, text);
      const after = await outcome(workspace.folder, seed, reduced.text);
      all.push({ seed, before, after, reduced });
      console.log(
        `seed ${seed}: ${before.parameters} → ${after.parameters} parameters, accuracy ${before.accuracy} → ${after.accuracy}`,
      );
    }
    writeFileSync(join(root, 'docs', 'reduce.md'), reduceDocument(all, EPOCHS));
    console.log('docs/reduce.md is written');
  } finally {
    await engine.dispose();
    await workspace.remove();
  }
  return [];
}

async function outcome(folder: string, seed: number, text: string): Promise<Outcome> {
  const trained = await train(folder, { seed, epochs: EPOCHS, text });
  const { manifest } = await (await openRun(trained.runFolder)).describe();
  return { ...trained, parameters: manifest.layers.reduce((sum, { parameterCount }) => sum + parameterCount, 0) };
}
