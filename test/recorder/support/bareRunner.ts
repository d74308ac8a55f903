/** `node bareRunner.cjs <script> [arguments…]`: the recorder's engine, names and start, and no hook. */
import { createRequire, register } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startEngine, type EngineRequest } from '../../../src/recorder/engine/startEngine.js';
import { redirectRequire } from '../../../src/recorder/script/redirectPackages.js';
import { redirectsFor } from '../../../src/recorder/packages/redirects.js';
import { prepareBabel } from '../../../src/recorder/script/prepareBabel.js';
import { prepareTypeScript } from '../../../src/recorder/script/prepareTypeScript.js';
import { runScript } from '../../../src/recorder/script/runScript.js';

declare const DIST: string;

async function main(): Promise<void> {
  const script = process.argv[2] as string;
  process.argv = [process.execPath, script, ...process.argv.slice(3)];
  const require = createRequire(script);
  const preferred = process.env['BARE_ENGINE'] as EngineRequest['preferred'];
  delete process.env['BARE_ENGINE'];
  const notice = (): void => undefined;
  const engine = await startEngine({
    resolveFrom: dirname(script),
    require,
    bundledFolder: join(DIST, 'tfjs'),
    preferred,
    notice,
  });
  const redirects = redirectsFor(engine, join(DIST, 'api.cjs'));
  redirectRequire(redirects, engine, notice);
  const source = { script, require, workspace: dirname(script) };
  const loading = (await prepareBabel(source, notice)) ?? (await prepareTypeScript(script, require, DIST));
  register(pathToFileURL(join(DIST, 'moduleHooks.cjs')).href, {
    data: {
      redirects,
      requireFrom: script,
      exportedNames: [...Object.keys(engine.tf), 'node'],
      typescript: loading.by === 'cnnslicer',
    },
  });
  runScript(script, loading.asModule);
}

void main();
