/** Writes docs/measures.md: npx tsx test/oracles/writeMeasures.ts */
import { writeFileSync } from 'node:fs';
import { builtKernels } from '../measures/builtKernels.js';
import { allComparisons } from './allComparisons.js';
import { measuresDocument } from './measuresDocument.js';
import { mixtureRows } from './mixtures.js';
import { gridRows } from './normalPairs.js';

const file = new URL('../../docs/measures.md', import.meta.url);

async function main(): Promise<void> {
  writeFileSync(file, measuresDocument(allComparisons(await builtKernels()), gridRows(), mixtureRows()));
  console.log('docs/measures.md is written');
}

void main();
