/** `npm run data` against a server of the test's own: what arrives is checked, and a folder is there whole or not at all. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { downloadData, unpackCifar } from '../setup/data.mjs';

const content = Buffer.from('ten thousand digits');

describe('data sets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cnnslicer-data-'));
  let server: Server;
  let from: string;
  let answer: Buffer | number = content;

  before(async () => {
    server = createServer((_, response) => {
      if (typeof answer === 'number') response.writeHead(answer).end();
      else response.end(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    from = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  const sets = {
    some: {
      files: [{ name: 'digits', sha256: createHash('sha256').update(content).digest('hex') }],
      addresses: ['http://127.0.0.1:1/'],
      hashed: (bytes: Buffer) => bytes,
      unpack: (files: readonly (readonly [string, Buffer])[], to: string) => {
        for (const [name, bytes] of files) writeFileSync(join(to, name), bytes);
        return Promise.resolve();
      },
    },
  };
  const download = (name: string): Promise<string> =>
    downloadData('some' as never, { folder: join(folder, name), from, sets } as never);

  it('are downloaded once', async () => {
    answer = content;
    const found = await download('once');
    assert.equal(readFileSync(join(found, 'digits'), 'utf8'), content.toString());
    answer = 500;
    assert.equal(await download('once'), found);
  });

  it('that arrive damaged, or not at all, leave nothing and say why', async () => {
    answer = Buffer.from('ten thousand digitz');
    await assert.rejects(download('damaged'), /digits could not be downloaded \(.*its SHA-256 is [0-9a-f]{64}, not/);
    answer = 404;
    await assert.rejects(download('damaged'), /it answers 404/);
    await assert.rejects(
      downloadData('some' as never, { folder: join(folder, 'damaged'), sets } as never),
      /127\.0\.0\.1:1\/: .*(?:ECONNREFUSED|bad port)/,
    );
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('damaged')),
      [],
    );
  });

  it('of CIFAR-10 become images in a folder for each class', async () => {
    const record = (label: number): Buffer =>
      Buffer.concat([Buffer.from([label]), Buffer.alloc(1024, 10), Buffer.alloc(1024, 20), Buffer.alloc(1024, 30)]);
    const batches = join(folder, 'cifar-10-batches-bin');
    mkdirSync(batches);
    writeFileSync(join(batches, 'data_batch_1.bin'), Buffer.concat([record(0), record(9), record(9)]));
    writeFileSync(join(batches, 'test_batch.bin'), Buffer.concat(Array.from({ length: 60 }, () => record(3))));
    spawnSync('tar', ['-czf', 'cifar.tar.gz', 'cifar-10-batches-bin'], { cwd: folder });
    const to = join(folder, 'cifar10');
    mkdirSync(to);
    await unpackCifar([['cifar-10-binary.tar.gz', readFileSync(join(folder, 'cifar.tar.gz'))]], to);
    assert.deepEqual(readdirSync(to).sort(), ['test', 'train']);
    assert.deepEqual(readdirSync(join(to, 'train', 'truck')), ['0000.png', '0001.png']);
    assert.equal(readdirSync(join(to, 'test', 'cat')).length, 50, 'as many as are kept of a class');
    assert.ok(existsSync(join(to, 'train', 'airplane', '0000.png')));
    const image = PNG.sync.read(readFileSync(join(to, 'train', 'airplane', '0000.png')));
    assert.deepEqual([image.width, image.height, ...image.data.subarray(0, 4)], [32, 32, 10, 20, 30, 255]);
  });
});
