/** Whole data sets: which files belong together, and the real ones where they lie beside the repository. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { pairNames } from '../../src/data/fileRoles.js';
import { fitSamples } from '../../src/data/fitSamples.js';
import { openDataSet, type DataSetRequest } from '../../src/data/openDataSet.js';
import { digitImages, digitLabels } from '../digits.js';
import { cifar, Files, floats, idx, npy } from './makeFiles.js';
import { refused } from './refused.js';
import { dataFolder, noData } from '../setup/data.mjs';

const fixtures = new URL('../fixtures/data/', import.meta.url).pathname;
const example = new URL('../../examples/digits/data', import.meta.url).pathname;

/** Folder → class → pictures of the fixtures. */
function pictureFolder(files: Files, names: readonly string[]): string {
  for (const name of names) {
    const to = join(files.folder, name);
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(join(fixtures, name.endsWith('.jpg') ? 'quality90.jpg' : 'rgb.png'), to);
  }
  return files.folder;
}

async function shapes(request: DataSetRequest) {
  const { training, validation, classNames } = await openDataSet(request);
  return {
    training: [training.count, ...training.shape],
    validation: validation && [validation.count, ...validation.shape],
    labels: [...(training.targets?.values ?? [])],
    classNames,
  };
}

describe('a data set', () => {
  it('of IDX files is found by their names, and read as it is', async () => {
    const { training, validation } = await openDataSet({ path: example });
    assert.deepEqual([training.count, training.shape, validation], [1797, [8, 8], null]);
    assert.deepEqual(
      await training.read([3, 0]),
      Float32Array.of(...digitImages().slice(192, 256), ...digitImages().slice(0, 64)),
    );
    assert.deepEqual(Int32Array.from(training.targets?.values ?? []), digitLabels());
  });

  it('of one IDX file finds the labels beside it', async () => {
    const { training } = await openDataSet({ path: join(example, 'images-idx3-ubyte.gz') });
    assert.equal(training.targets?.shape[0], 1797);
  });

  it('of MNIST has both parts', async () => {
    const files = new Files();
    const write = (part: string, count: number): void => {
      files.write(`${part}-images-idx3-ubyte`, idx([count, 2, 2], Buffer.alloc(4 * count)));
      files.write(`${part}-labels-idx1-ubyte`, idx([count], Buffer.alloc(count, 1)));
    };
    write('train', 3);
    write('t10k', 2);
    const both = { training: [3, 2, 2], validation: [2, 2, 2], labels: [1, 1, 1], classNames: null };
    assert.deepEqual(await shapes({ path: files.folder }), both);
    assert.deepEqual(await shapes({ path: join(files.folder, 'train-images-idx3-ubyte') }), both);
    const alone = await shapes({ path: join(files.folder, 't10k-images-idx3-ubyte') });
    assert.deepEqual([alone.training, alone.validation], [[2, 2, 2], null]);
  });

  it('of pictures by class has names for classes and is resized to the model', async () => {
    const files = new Files();
    const path = pictureFolder(files, ['dog/b.png', 'dog/a.jpg', 'cat/1.png', 'cat/.hidden.png']);
    files.write('cat/notes.txt', 'no picture');
    const whole = await shapes({ path });
    assert.deepEqual(whole, {
      training: [3, 19, 26, 3],
      validation: null,
      labels: [0, 1, 1],
      classNames: ['cat', 'dog'],
    });
    assert.deepEqual((await shapes({ path, imageShape: [8, 10, 1] })).training, [3, 8, 10, 1]);
  });

  it('of pictures below train and test has both parts and one list of classes', async () => {
    const path = pictureFolder(new Files(), ['train/b/1.png', 'train/a/2.png', 'test/c/3.png', 'test/b/4.png']);
    const { validation } = await openDataSet({ path });
    assert.deepEqual(await shapes({ path }), {
      training: [2, 19, 26, 3],
      validation: [2, 19, 26, 3],
      labels: [0, 1],
      classNames: ['a', 'b', 'c'],
    });
    assert.deepEqual([...(validation?.targets?.values ?? [])], [1, 2]);
  });

  it('of pictures names the one that is damaged, when it is read', async () => {
    const files = new Files();
    const path = pictureFolder(files, ['a/1.png', 'b/2.png']);
    files.write('b/2.png', readFileSync(join(fixtures, 'rgb.png')).subarray(0, 100));
    const { training } = await openDataSet({ path });
    await training.read([0]);
    await refused(() => training.read([1]), /b\/2\.png/);
  });

  it('of CIFAR-10 joins the batches and reads the names', async () => {
    const files = new Files();
    for (const name of ['data_batch_1.bin', 'data_batch_2.bin', 'test_batch.bin']) files.write(name, cifar(4));
    files.write(
      'batches.meta.txt',
      `${'airplane automobile bird cat deer dog frog horse ship truck'.split(' ').join('\n')}\n\n`,
    );
    const { training, validation, labels, classNames } = await shapes({ path: files.folder });
    assert.deepEqual(
      [training, validation, labels],
      [
        [8, 32, 32, 3],
        [4, 32, 32, 3],
        [0, 1, 2, 3, 0, 1, 2, 3],
      ],
    );
    assert.equal(classNames?.[3], 'cat');
  });

  it('of an .npz archive has the arrays that their names say', async () => {
    const { training, validation } = await shapes({ path: join(fixtures, 'named.npz') });
    assert.deepEqual(
      [training, validation],
      [
        [12, 5, 4],
        [6, 5, 4],
      ],
    );
    assert.deepEqual((await shapes({ path: join(fixtures, 'stored.npz') })).labels.slice(0, 4), [0, 1, 2, 0]);
  });

  it('of .npy files may have its labels elsewhere', async () => {
    const files = new Files();
    const path = files.write('pictures.npy', npy('<f4', [2, 2], floats(1, 2, 3, 4)));
    const labels = files.write('elsewhere/classes.npy', npy('|u1', [2], Uint8Array.of(1, 0)));
    assert.deepEqual(await shapes({ path, labels }), {
      training: [2, 2],
      validation: null,
      labels: [1, 0],
      classNames: null,
    });
    const wrong = files.write('three.npy', npy('|u1', [3], Uint8Array.of(1, 0, 1)));
    await refused(() => openDataSet({ path, labels: wrong }), /three\.npy: it has 3 labels for the 2 samples/);
  });

  it('of CSV files has both parts', async () => {
    const files = new Files();
    files.write('train.csv', 'label,a,b\n1,2,3\n0,4,5\n');
    files.write('test.csv', 'label,a,b\n0,6,7\n');
    assert.deepEqual(await shapes({ path: files.folder }), {
      training: [2, 2],
      validation: [1, 2],
      labels: [1, 0],
      classNames: null,
    });
  });

  it('that is none says what one is; one that is not there, that it is not', async () => {
    const files = new Files();
    await refused(() => openDataSet({ path: files.folder }), /not a supported data set.*Use one of/);
    await refused(() => openDataSet({ path: join(files.folder, 'no') }), /it does not exist/);
  });

  it('that is a pickle is not opened: 100 files, no canary', async () => {
    const files = new Files();
    const canary = join(files.folder, 'canary');
    const pickle = Buffer.from(`cos\nsystem\n(S'touch ${canary}'\ntR.`);
    for (let i = 0; i < 100; i++) {
      const kind = ['pkl', 'pickle', 'pt', 'pth', 'joblib', 'npy', 'npz'][i % 7] as string;
      const file = files.write(`${i}.${kind}`, kind === 'npy' ? npy(i % 2 ? '|O' : '|O8', [1], pickle) : pickle);
      await refused(
        () => openDataSet({ path: file }),
        kind === 'npz' ? /not a zip archive/ : /can run code, so it is not opened/,
      );
    }
    assert.equal(existsSync(canary), false);
  });

  it('that is a pipe or a device is refused and does not wait', async function () {
    if (process.platform === 'win32') return this.skip();
    const files = new Files();
    const pipe = join(files.folder, 'pipe.npy');
    execFileSync('mkfifo', [pipe]);
    await refused(() => openDataSet({ path: pipe }), /not a regular file/);
    await refused(() => openDataSet({ path: '/dev/zero', labels: pipe }), /not a supported data set/);
  });
});

describe('names of files', () => {
  const check = (names: string[], training: (string | null)[], validation: (string | null)[] | null): void => {
    const parts = pairNames(names);
    const flat = (pair: typeof parts.training) => pair && [pair.samples, pair.targets];
    assert.deepEqual([flat(parts.training), flat(parts.validation)], [training, validation]);
  };
  it('in the way of Keras', () =>
    check(['x_test', 'x_train', 'y_test', 'y_train'], ['x_train', 'y_train'], ['x_test', 'y_test']));
  it('in capitals and camels', () =>
    check(['XTrain', 'yTrain', 'X_val', 'y_val'], ['XTrain', 'yTrain'], ['X_val', 'y_val']));
  it('images and labels', () => check(['images', 'labels', 'readme'], ['images', 'labels'], null));
  it('samples without labels', () => check(['data'], ['data', null], null));
  it('words that only contain such a part are others', () =>
    check(['x', 'toy', 'contests', 'latest'], ['x', null], null));
});

describe('samples for a model', () => {
  const samples = (shape: number[]) => ({
    count: 1,
    shape,
    storage: 'bytes' as const,
    targets: null,
    read: () => Promise.resolve(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i)),
  });
  const fit = (shape: number[], taken: (number | null)[]) => fitSamples(samples(shape), taken);

  it('get and lose axes of length one, are flattened and folded', () => {
    for (const [shape, taken] of [
      [
        [28, 28],
        [28, 28, 1],
      ],
      [
        [1, 28, 28],
        [28, 28, 1],
      ],
      [[28, 28], [784]],
      [[784], [28, 28, 1]],
    ] as const) {
      assert.deepEqual(fit([...shape], [...taken]).shape, taken);
    }
  });
  it('keep lengths that the model leaves open', () =>
    assert.deepEqual(fit([9, 7, 3], [null, null, 3]).shape, [9, 7, 3]));
  it('have their channels moved', async () => {
    assert.deepEqual([...(await fit([2, 2, 3], [3, 2, 2]).read([0]))], [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]);
    assert.deepEqual([...(await fit([3, 2, 2], [2, 2, 3]).read([0]))], [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
  });
  it('of other sizes are refused with both shapes', async () => {
    await refused(
      () => Promise.resolve().then(() => fit([28, 28], [32, 32, 1])),
      /the model takes \(32, 32, 1\), but the samples are \(28, 28\)/,
    );
    await refused(() => Promise.resolve().then(() => fit([4, 6], [6, 4])), /takes/);
  });
});

describe('the real data sets', () => {
  const withData = (name: 'mnist' | 'cifar10', test: (path: string) => Promise<void>): void => {
    const path = dataFolder(name);
    it(path ? `${name} is read whole` : `${name}: skipped: ${noData}`, async function () {
      if (!path) return this.skip();
      await test(path);
    });
  };

  withData('mnist', async (path) => {
    const { training } = await openDataSet({ path });
    const values = await training.read(Array.from({ length: training.count }, (_, i) => i));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length / 255;
    // The mean of MNIST's 10,000 test images.
    assert.ok(Math.abs(mean - 0.13251) < 1e-4, `${mean}`);
    assert.deepEqual([training.count, [...(training.targets?.values.slice(0, 5) ?? [])]], [10000, [7, 2, 1, 0, 4]]);
  });

  withData('cifar10', async (path) => {
    const { training, validation, classNames } = await openDataSet({ path });
    assert.deepEqual(
      [training.count, validation?.count, training.shape, classNames?.[9]],
      [2000, 500, [32, 32, 3], 'truck'],
    );
    const values = await training.read(Array.from({ length: 200 }, (_, i) => i * 10));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length / 255;
    assert.ok(Math.abs(mean - 0.473) < 0.03, `${mean}`);
  });
});
