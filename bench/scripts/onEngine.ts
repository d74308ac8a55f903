/**
 * Runs a training script bare, on the engine that a recording would choose: `onEngine.ts DIST ENGINE SCRIPT
 * [ARGUMENTS…]`. The same start of the engine and the same packages as the recorder's, and nothing of the
 * recording.
 */
import { createRequire, register } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installedNativeFolder } from '../../src/launch/nativeEngine.js';
import type { EngineName } from '../../src/recorder/engine/engineTypes.js';
import { startEngine } from '../../src/recorder/engine/startEngine.js';
import { redirectRequire } from '../../src/recorder/script/redirectPackages.js';
import { redirectsFor } from '../../src/recorder/packages/redirects.js';

const [dist, preferred, script, ...rest] = process.argv.slice(2);
const file = resolve(script);
const notice = (): void => undefined;
const engine = await startEngine({
  resolveFrom: dirname(file),
  require: createRequire(file),
  bundledFolder: resolve(dist, 'tfjs'),
  preferred: preferred as EngineName,
  nativeFolder: installedNativeFolder(process.env),
  notice,
});
const redirects = redirectsFor(engine, resolve(dist, 'api.cjs'));
redirectRequire(redirects, engine, notice);
register(pathToFileURL(join(resolve(dist), 'moduleHooks.cjs')).href, {
  data: { redirects, requireFrom: file, exportedNames: [...Object.keys(engine.tf), 'node'], typescript: false },
});
process.argv = [process.argv[0], file, ...rest];
await import(pathToFileURL(file).href);
