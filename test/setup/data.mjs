// The data sets that some tests, benches and findings need: MNIST's 10,000 test digits and 2,500 images of CIFAR-10.
// They are taken from ../shared/data where that folder is, else from the cache folder, into which `npm run data`
// downloads them from their public addresses.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { URL, fileURLToPath, pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { cacheFolder, makeOnce } from './cache.mjs';
import { run } from './shell.mjs';
import { lastLine } from './system.mjs';

const shared = fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** What a test prints that leaves a case out for want of data. */
export const noData = 'the data set is not there: run "npm run data"';

/**
 * The data sets by name. Each file has the addresses that offer it, tried in turn, and a SHA-256, of MNIST's bytes once
 * decompressed: mirrors have compressed them differently.
 */
const dataSets = {
  mnist: {
    files: [
      {
        name: 't10k-images-idx3-ubyte.gz',
        sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
      },
      {
        name: 't10k-labels-idx1-ubyte.gz',
        sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
      },
    ],
    addresses: [
      'https://storage.googleapis.com/cvdf-datasets/mnist/',
      'https://ossci-datasets.s3.amazonaws.com/mnist/',
    ],
    hashed: gunzipSync,
    unpack: async (files, to) => {
      for (const [name, bytes] of files) await writeFile(join(to, name), bytes);
    },
  },
  cifar10: {
    files: [
      {
        name: 'cifar-10-binary.tar.gz',
        sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
      },
    ],
    addresses: ['https://www.cs.toronto.edu/~kriz/'],
    hashed: (bytes) => bytes,
    unpack: unpackCifar,
  },
};

/**
 * The folder of a data set, or undefined where it has not been downloaded.
 * @param {'mnist' | 'cifar10'} name
 * @returns {string | undefined}
 */
export function dataFolder(name) {
  return [join(shared, name), join(cacheFolder, 'data', name)].find((folder) => existsSync(folder));
}

/**
 * Downloads a data set into `folder`, once: nothing is there before all of it has the right checksums.
 * `from` is an address that stands in for the public ones, `sets` other data sets, for tests.
 */
export async function downloadData(name, { folder = join(cacheFolder, 'data', name), from, sets = dataSets } = {}) {
  const { files, addresses, hashed, unpack } = sets[name];
  const make = async () => {
    await mkdir(dirname(folder), { recursive: true });
    const made = await mkdtemp(`${folder}-`);
    try {
      const read = [];
      for (const file of files) read.push([file.name, await download(file, from ? [from] : addresses, hashed)]);
      await unpack(read, made);
      await rm(folder, { recursive: true, force: true });
      await rename(made, folder);
    } finally {
      await rm(made, { recursive: true, force: true });
    }
  };
  return makeOnce({ folder, recipe: files.map(({ sha256 }) => sha256).join(' '), make });
}

/** The bytes of a file from the first address that gives the right ones. */
async function download({ name, sha256 }, addresses, hashed) {
  const reasons = [];
  for (const address of addresses) {
    try {
      const answer = await globalThis.fetch(new URL(name, address));
      if (!answer.ok) throw new Error(`it answers ${answer.status} ${answer.statusText}`);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const found = createHash('sha256').update(hashed(bytes)).digest('hex');
      if (found !== sha256) throw new Error(`its SHA-256 is ${found}, not ${sha256}`);
      return bytes;
    } catch (error) {
      reasons.push(`${address}: ${error.cause?.message ?? error.message}`);
    }
  }
  throw new Error(`${name} could not be downloaded (${reasons.join('; ')})`);
}

const CLASSES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
/** Images of each class that are kept. */
const KEPT = { train: 200, test: 50 };
const SIDE = 32;
/** A label, then red, green and blue, plane by plane. */
const RECORD = 1 + 3 * SIDE * SIDE;

export async function unpackCifar([[name, bytes]], to) {
  const archive = join(to, name);
  await writeFile(archive, bytes);
  await run('tar', ['-xzf', archive, '-C', to]);
  const unpacked = join(to, 'cifar-10-batches-bin');
  await writeImages(await readFile(join(unpacked, 'data_batch_1.bin')), join(to, 'train'), KEPT.train);
  await writeImages(await readFile(join(unpacked, 'test_batch.bin')), join(to, 'test'), KEPT.test);
  for (const path of [archive, unpacked]) await rm(path, { recursive: true });
}

/** The first `most` images of each class of a batch, as PNG files in a folder for each class. */
async function writeImages(batch, folder, most) {
  const written = CLASSES.map(() => 0);
  for (const className of CLASSES) await mkdir(join(folder, className), { recursive: true });
  for (let at = 0; at < batch.length; at += RECORD) {
    const label = batch[at];
    if (written[label] === most) continue;
    const file = `${String(written[label]++).padStart(4, '0')}.png`;
    await writeFile(join(folder, CLASSES[label], file), pngOf(batch.subarray(at + 1, at + RECORD)));
  }
}

function pngOf(planes) {
  const image = new PNG({ width: SIDE, height: SIDE, colorType: 2 });
  for (let i = 0; i < SIDE * SIDE; i++) {
    for (let colour = 0; colour < 3; colour++) image.data[4 * i + colour] = planes[colour * SIDE * SIDE + i];
    image.data[4 * i + 3] = 255;
  }
  return PNG.sync.write(image, { colorType: 2 });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const name of Object.keys(dataSets)) {
    try {
      console.log(`${name}: ${dataFolder(name) ?? (await downloadData(name))}`);
    } catch (error) {
      console.error(`${name}: ${lastLine(error.message)}`);
      process.exitCode = 1;
    }
  }
}
