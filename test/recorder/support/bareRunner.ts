/** `node bareRunner.cjs <script> [arguments…]`: the recorder's engine and start, and no hook. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { startEngine } from '../../../src/recorder/engine/startEngine.js';
import { runScript } from '../../../src/recorder/script/runScript.js';

declare const BUNDLED_FOLDER: string;

async function main(): Promise<void> {
  const script = process.argv[2] as string;
  process.argv = [process.execPath, script, ...process.argv.slice(3)];
  const require = createRequire(script);
  await startEngine({ resolveFrom: dirname(script), require, bundledFolder: BUNDLED_FOLDER, notice: () => undefined });
  runScript(script, false);
}

void main();
