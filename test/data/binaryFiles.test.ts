/** IDX and CIFAR's binary format. */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { CIFAR_10, CIFAR_100, readCifar } from '../../src/data/cifar.js';
import { readIdx } from '../../src/data/idx.js';
import { Files, cifar, idx } from './makeFiles.js';
import { refused } from './refused.js';

const files = new Files();

describe('IDX files', () => {
  const whole = idx(
    [2, 2, 3],
    Uint8Array.from({ length: 12 }, (_, i) => i * 20),
  );
  const read = (bytes: Uint8Array) => readIdx(files.write('images-idx3-ubyte', bytes));

  it('are the same plain and compressed', async () => {
    const plain = await read(whole);
    assert.deepEqual(plain, { shape: [2, 2, 3], values: Uint8Array.from({ length: 12 }, (_, i) => i * 20) });
    assert.deepEqual(await read(gzipSync(whole)), plain);
  });

  it('of other types are big-endian', async () => {
    const data = Buffer.alloc(8);
    data.writeInt32BE(-70000, 0);
    data.writeInt32BE(5, 4);
    assert.deepEqual((await read(idx([2], data, 12))).values, Float32Array.of(-70000, 5));
  });

  it('cut off are refused with file and offset', async () => {
    await refused(
      () => read(whole.subarray(0, 10)),
      /images-idx3-ubyte: at offset 10: the list of dimensions is cut off/,
    );
    await refused(
      () => read(whole.subarray(0, 20)),
      /at offset 4: shape \(2, 2, 3\) needs 12 bytes of data, but the file has 4/,
    );
    await refused(() => read(gzipSync(whole.subarray(0, 20))), /at offset 20: element 0 and what follows is cut off/);
  });
  it('whose gzip stream is cut off are refused', () =>
    refused(() => read(gzipSync(whole).subarray(0, 25)), /of the unpacked bytes: the gzip stream is damaged/));
  it('with more than their dimensions are refused', () =>
    refused(
      () => read(gzipSync(Buffer.concat([whole, Buffer.alloc(3)]))),
      /at offset 28: there is more than the 12 elements/,
    ));
  it('of an unknown type or rank are refused', async () => {
    await refused(() => read(idx([1], Buffer.alloc(1), 7)), /offset 2: element type 0x7 is unknown/);
    await refused(() => read(Buffer.from([0, 0, 8, 200])), /offset 3: it has 200 dimensions/);
    await refused(() => read(Buffer.from('hello')), /offset 0/);
  });
});

describe("CIFAR's binary files", () => {
  it('become (y, x, channel) with the class of each record', async () => {
    const bytes = cifar(3);
    const { images, labels } = await readCifar(files.write('data_batch_1.bin', bytes), CIFAR_10);
    assert.deepEqual(
      [images.shape, [...labels.values]],
      [
        [3, 32, 32, 3],
        [0, 1, 2],
      ],
    );
    for (const [record, y, x, channel] of [
      [0, 0, 0, 0],
      [1, 3, 7, 2],
      [2, 31, 31, 1],
    ] as const) {
      const inFile = bytes[record * 3073 + 1 + channel * 1024 + y * 32 + x];
      assert.equal(images.values[((record * 32 + y) * 32 + x) * 3 + channel], inFile);
    }
  });

  it('of CIFAR-100 have a coarse label before the fine one', async () => {
    const { labels } = await readCifar(files.write('train.bin', cifar(4, 2)), CIFAR_100);
    assert.deepEqual([...labels.values], [0, 1, 2, 3]);
  });

  it('cut off, empty, or with a label that is no class are refused at the offset', async () => {
    await refused(
      () => readCifar(files.write('a.bin', cifar(3).subarray(0, 7000)), CIFAR_10),
      /a\.bin: at offset 6146: 7000 bytes are not/,
    );
    await refused(() => readCifar(files.write('a.bin', ''), CIFAR_10), /0 bytes/);
    const wrong = cifar(2);
    wrong[3073] = 10;
    await refused(
      () => readCifar(files.write('a.bin', wrong), CIFAR_10),
      /at offset 3073: label 10 is not one of the 10 classes/,
    );
  });
});
