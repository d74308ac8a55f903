/**
 * Runs a training script bare, on the engine that a recording would choose: `onEngine.ts BUNDLES SCRIPT
 * [ARGUMENTS…]`. The same start of the engine as the recorder's, and nothing of the recording.
 */
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { startEngine } from '../../src/recorder/engine/startEngine.js';

const [bundledFolder, script, ...rest] = process.argv.slice(2);
const file = resolve(script);
await startEngine({
  resolveFrom: dirname(file),
  require: createRequire(file),
  bundledFolder: resolve(bundledFolder),
  notice: () => undefined,
});
process.argv = [process.argv[0], file, ...rest];
createRequire(file)(file);
