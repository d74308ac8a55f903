/** Results kept in a run folder: found again, bounded, and never believed when they were altered. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { CACHE_FOLDER, ResultCache } from '../../src/analysis/resultCache.js';

const Value = v.object({ bits: v.number() });

describe('the cache of results', () => {
  let folder: string;
  beforeEach(async () => {
    folder = realpathSync(await mkdtemp(join(tmpdir(), 'cnnslicer-cache-')));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const files = () => readdir(join(folder, CACHE_FOLDER)).then((names) => names.sort());

  it('finds a value again, in this process and in the next', async () => {
    const cache = new ResultCache(folder);
    await cache.put('key', { bits: 1.5 });
    assert.deepEqual(await cache.get('key', Value), { bits: 1.5 });
    assert.deepEqual(await new ResultCache(folder).get('key', Value), { bits: 1.5 });
    assert.equal(await cache.has('key'), true);
    assert.equal(await cache.get('other', Value), undefined);
  });
  it('keeps the newest value of a key, in one file', async () => {
    const cache = new ResultCache(folder);
    await cache.put('key', { bits: 1 });
    await cache.put('key', { bits: 2 });
    assert.deepEqual(await new ResultCache(folder).get('key', Value), { bits: 2 });
    assert.equal((await files()).length, 1);
  });
  it('evicts the oldest by counter, also over restarts', async () => {
    const limits = { byteCount: 2 ** 20, entryCount: 3 };
    for (const bits of [1, 2, 3, 4, 5]) await new ResultCache(folder, limits).put(`key ${bits}`, { bits });
    const cache = new ResultCache(folder, limits);
    assert.equal((await files()).length, 3);
    assert.deepEqual(await Promise.all([1, 2, 3, 4, 5].map((bits) => cache.has(`key ${bits}`))), [
      false,
      false,
      true,
      true,
      true,
    ]);
  });
  it('stays under its limit of bytes', async () => {
    const cache = new ResultCache(folder, { byteCount: 1000, entryCount: 100 });
    for (let bits = 0; bits < 30; bits++) await cache.put(`key ${bits}`, { bits });
    const sizes = await Promise.all(
      (await files()).map(async (name) => (await readFile(join(folder, CACHE_FOLDER, name))).length),
    );
    const total = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(total > 500 && total <= 1000, `${total} bytes`);
  });
  it('keeps all of many values that are put at once', async () => {
    const cache = new ResultCache(folder);
    await Promise.all(Array.from({ length: 50 }, (_, bits) => cache.put(`key ${bits}`, { bits })));
    const next = new ResultCache(folder);
    assert.deepEqual(await next.get('key 31', Value), { bits: 31 });
    assert.equal((await files()).length, 50);
  });

  describe('misses, and never fails,', () => {
    const damage = (what: string, alter: (file: string) => Promise<void>) =>
      it(`where a file ${what}`, async () => {
        await new ResultCache(folder).put('key', { bits: 1.5 });
        const [name] = await files();
        await alter(join(folder, CACHE_FOLDER, name));
        assert.equal(await new ResultCache(folder).get('key', Value), undefined);
      });
    damage('was cut off', async (file) => writeFile(file, (await readFile(file)).subarray(0, 30)));
    damage('has one bit flipped', async (file) => {
      const bytes = await readFile(file);
      bytes[bytes.indexOf('1.5')] ^= 1;
      await writeFile(file, bytes);
    });
    damage('is empty', (file) => writeFile(file, ''));
    damage('was deleted', (file) => rm(file));
    damage('is a link', async (file) => {
      await rename(file, `${file}.target`);
      await symlink(`${file}.target`, file);
    });
    damage('holds another key’s value', async (file) => {
      await new ResultCache(folder).put('other key', { bits: 9 });
      const other = (await files()).find((name) => !file.endsWith(name))!;
      await rename(join(folder, CACHE_FOLDER, other), file);
    });

    it('where the value has another form than asked for', async () => {
      const cache = new ResultCache(folder);
      await cache.put('key', { bits: 'many' });
      assert.equal(await cache.get('key', Value), undefined);
    });
    it('where the run folder is gone, which it does not make again', async () => {
      const cache = new ResultCache(folder);
      await rm(folder, { recursive: true });
      await cache.put('key', { bits: 1 });
      assert.equal(await cache.get('key', Value), undefined);
      await assert.rejects(readdir(folder), { code: 'ENOENT' });
    });
    it('where its folder is a link to somewhere else, which stays untouched', async () => {
      const elsewhere = join(folder, 'elsewhere');
      await mkdir(elsewhere);
      await symlink(elsewhere, join(folder, CACHE_FOLDER));
      await new ResultCache(folder).put('key', { bits: 1 });
      assert.deepEqual(await readdir(elsewhere), []);
    });
    it('where a file is in the place of its folder', async () => {
      await writeFile(join(folder, CACHE_FOLDER), '');
      const cache = new ResultCache(folder);
      await cache.put('key', { bits: 1 });
      assert.equal(await cache.get('key', Value), undefined);
    });
  });
});
