/** Where the tests' browser comes from: the PATH, else the cache folder, else npm, else a line says what provides one. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

describe('the browser of the tests', () => {
  let folder: string;
  before(function () {
    if (process.platform !== 'linux' || process.arch !== 'x64') this.skip();
    folder = mkdtempSync(join(tmpdir(), 'cnnslicer-chromium-'));
    mkdirSync(join(folder, 'bin'));
    mkdirSync(join(folder, 'cnnslicer'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function found(): string {
    const env = { PATH: join(folder, 'bin'), XDG_CACHE_HOME: folder };
    return spawnSync(process.execPath, ['test/setup/chromium.mjs'], { encoding: 'utf8', env }).stdout.trim();
  }

  it('is named as missing, with the command that provides it, where npm cannot be asked', () =>
    assert.match(found(), /^Chromium is missing: "apt-get install chromium" provides it \(npm: .*ENOENT\)$/));

  it('is the one in the cache folder where the PATH has none', () => {
    writeFileSync(join(folder, 'cnnslicer', 'chromium.done'), '');
    assert.equal(found(), join(folder, 'cnnslicer', 'chromium', 'chromium'));
  });

  it('is the one on the PATH where there is one', () => {
    writeFileSync(join(folder, 'bin', 'chromium'), '', { mode: 0o755 });
    assert.equal(found(), join(folder, 'bin', 'chromium'));
  });
});
