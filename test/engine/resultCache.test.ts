/** Results kept in a run folder: found again, bounded, and never believed when they were altered. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { seal } from '../../src/store/format/sealedRecord.js';
import { CACHE_FOLDER, ResultCache, type CacheOptions } from '../../src/analysis/run/resultCache.js';
import { resultSecret } from '../../src/analysis/run/resultSecret.js';

const Value = v.object({ bits: v.number() });

describe('the cache of results', () => {
  let folder: string;
  beforeEach(async () => {
    folder = realpathSync(await mkdtemp(join(tmpdir(), 'cnnslicer-cache-')));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const secret = randomBytes(32);
  const opened = (options: Partial<CacheOptions> = {}) =>
    new ResultCache(folder, { secret, recording: 'run', ...options });
  const files = () => readdir(join(folder, CACHE_FOLDER)).then((names) => names.sort());

  it('finds a value again, in this process and in the next', async () => {
    const cache = opened();
    await cache.put('key', { bits: 1.5 });
    assert.deepEqual(await cache.get('key', Value), { bits: 1.5 });
    assert.deepEqual(await opened().get('key', Value), { bits: 1.5 });
    assert.equal(await cache.has('key'), true);
    assert.equal(await cache.get('other', Value), undefined);
  });
  it('keeps the newest value of a key, in one file', async () => {
    const cache = opened();
    await cache.put('key', { bits: 1 });
    await cache.put('key', { bits: 2 });
    assert.deepEqual(await opened().get('key', Value), { bits: 2 });
    assert.equal((await files()).length, 1);
  });
  it('evicts the oldest by counter, also over restarts', async () => {
    const limits = { byteCount: 2 ** 20, entryCount: 3 };
    for (const bits of [1, 2, 3, 4, 5]) await opened({ limits }).put(`key ${bits}`, { bits });
    const cache = opened({ limits });
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
    const cache = opened({ limits: { byteCount: 1000, entryCount: 100 } });
    for (let bits = 0; bits < 30; bits++) await cache.put(`key ${bits}`, { bits });
    const sizes = await Promise.all(
      (await files()).map(async (name) => (await readFile(join(folder, CACHE_FOLDER, name))).length),
    );
    const total = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(total > 500 && total <= 1000, `${total} bytes`);
  });
  it('keeps all of many values that are put at once', async () => {
    const cache = opened();
    await Promise.all(Array.from({ length: 50 }, (_, bits) => cache.put(`key ${bits}`, { bits })));
    const next = opened();
    assert.deepEqual(await next.get('key 31', Value), { bits: 31 });
    assert.equal((await files()).length, 50);
  });

  it('counts on from its own files, whatever number a file of somebody’s claims', async () => {
    await mkdir(join(folder, CACHE_FOLDER));
    await writeFile(join(folder, CACHE_FOLDER, `999999999999-${'0'.repeat(40)}.json`), '');
    await opened().put('key', { bits: 1 });
    await opened().put('other', { bits: 2 });
    assert.deepEqual(await opened().get('key', Value), { bits: 1 });
    assert.deepEqual(await opened().get('other', Value), { bits: 2 });
  });

  describe('the secret that signs them', () => {
    const file = (): string => join(folder, 'state', 'results.key');

    it('is drawn once, whoever asks first, and nobody else may read it', async () => {
      assert.equal(resultSecret(file(), false), null);
      const drawn = resultSecret(file(), true);
      assert.equal(drawn?.length, 32);
      assert.deepEqual(resultSecret(file(), true), drawn);
      assert.deepEqual(resultSecret(file(), false), drawn);
      assert.deepEqual(await readdir(join(folder, 'state')), ['results.key']);
      if (process.platform !== 'win32') assert.equal((await stat(file())).mode & 0o777, 0o600);
    });
    it('is not believed where others may read it, where it is a link or has another length', async function () {
      if (process.platform === 'win32') this.skip();
      resultSecret(file(), true);
      await chmod(file(), 0o644);
      assert.equal(resultSecret(file(), true), null);
      await rename(file(), `${file()}.moved`);
      await chmod(`${file()}.moved`, 0o600);
      await symlink(`${file()}.moved`, file());
      assert.equal(resultSecret(file(), true), null);
      await rm(file());
      await writeFile(file(), 'short', { mode: 0o600 });
      assert.equal(resultSecret(file(), true), null);
    });
    it('is none where no file can be made, and then no result is kept', async () => {
      await writeFile(join(folder, 'taken'), '');
      assert.equal(resultSecret(join(folder, 'taken', 'results.key'), true), null);
      await opened({ secret: null }).put('key', { bits: 1 });
      await assert.rejects(files(), { code: 'ENOENT' });
    });
  });

  describe('misses, and never fails,', () => {
    const damage = (what: string, alter: (file: string) => Promise<void>) =>
      it(`where a file ${what}`, async () => {
        await opened().put('key', { bits: 1.5 });
        const [name] = await files();
        await alter(join(folder, CACHE_FOLDER, name));
        assert.equal(await opened().get('key', Value), undefined);
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
      await opened().put('other key', { bits: 9 });
      const other = (await files()).find((name) => !file.endsWith(name))!;
      await rename(join(folder, CACHE_FOLDER, other), file);
    });

    it('where another person kept the value, or it is of another recording', async () => {
      await opened().put('key', { bits: 1.5 });
      for (const other of [{ secret: randomBytes(32) }, { secret: null }, { recording: 'altered' }]) {
        assert.equal(await opened(other).get('key', Value), undefined);
        assert.equal(await opened(other).has('key'), false);
      }
      assert.deepEqual(await opened().get('key', Value), { bits: 1.5 });
    });
    it('where somebody put a file of the right name without the signature', async () => {
      await opened().put('key', { bits: 1.5 });
      const [name] = await files();
      await writeFile(
        join(folder, CACHE_FOLDER, name),
        seal({ record: 'cached-result', key: 'key', value: { bits: 9 } }),
      );
      assert.equal(await opened().get('key', Value), undefined);
    });
    it('where the value has another form than asked for', async () => {
      const cache = opened();
      await cache.put('key', { bits: 'many' });
      assert.equal(await cache.get('key', Value), undefined);
    });
    it('where the run folder is gone, which it does not make again', async () => {
      const cache = opened();
      await rm(folder, { recursive: true });
      await cache.put('key', { bits: 1 });
      assert.equal(await cache.get('key', Value), undefined);
      await assert.rejects(readdir(folder), { code: 'ENOENT' });
    });
    it('where its folder is a link to somewhere else, which stays untouched', async () => {
      const elsewhere = join(folder, 'elsewhere');
      await mkdir(elsewhere);
      await symlink(elsewhere, join(folder, CACHE_FOLDER));
      await opened().put('key', { bits: 1 });
      assert.deepEqual(await readdir(elsewhere), []);
    });
    it('where a file is in the place of its folder', async () => {
      await writeFile(join(folder, CACHE_FOLDER), '');
      const cache = opened();
      await cache.put('key', { bits: 1 });
      assert.equal(await cache.get('key', Value), undefined);
    });
  });
});
