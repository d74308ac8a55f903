/**
 * `tf.node` and `tf.io` of a tfjs-node that has no native library, on WASM. Where the native engine is built,
 * it answers the same questions and is the oracle; else what it answered is compared with, kept here.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { crc32c } from '../../src/store/format/checksum.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { NATIVE_FOLDER, NATIVE_SKIPPED } from './support/engines.js';
import { Workspace } from './support/workspace.js';

const RGBA = [255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 128, 10, 20, 30, 0, 200, 100, 50, 255, 7, 7, 7, 9];
const TRAIN = `model.fit(tf.ones([8, 4, 4, 1]), tf.ones([8, 1]), { epochs: 1, verbose: 0, callbacks }).then(after);`;
const MODEL = `const tf = require('@tensorflow/tfjs-node'); let callbacks = [], after = () => {};
const model = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [4, 4, 1] }), tf.layers.dense({ units: 1, kernelInitializer: 'ones' })] });
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });\n`;

function png(colorType: 0 | 2 | 4 | 6): Buffer {
  const picture = new PNG({ width: 3, height: 2 });
  picture.data = Buffer.from(RGBA);
  return PNG.sync.write(picture, { colorType, inputColorType: 6, inputHasAlpha: true } as object);
}

/** 24 bits a pixel, three pixels wide, so that rows are padded; a negative height counts from the top. */
function bitmap(height: number): Buffer {
  const header = Buffer.alloc(54);
  header.write('BM');
  const fields: [value: number, at: number][] = [
    [78, 2],
    [54, 10],
    [40, 14],
    [3, 18],
    [height, 22],
    [1 + (24 << 16), 26],
  ];
  for (const [value, at] of fields) header.writeInt32LE(value, at);
  const rows = [0, 1].map((y) => [...[0, 1, 2].flatMap((x) => [10 * y + x, 50 + x, 90 + y]), 0, 0, 0]);
  return Buffer.concat([header, Buffer.from(rows.flat())]);
}

const photograph = jpeg.encode(
  {
    width: 20,
    height: 17,
    data: Buffer.from(Array.from({ length: 20 * 17 * 4 }, (_, i) => 128 + 100 * Math.sin(i / 40))),
  },
  90,
).data;

/** Every decoding that a test asks for: a script's expression, and by how much libtensorflow may differ. */
const PICTURES = {
  ...Object.fromEntries(
    ([0, 2, 4, 6] as const).flatMap((type) =>
      [0, 1, 3, 4].map((channels) => [
        `png of colour type ${type}, ${channels} channels`,
        ['decodePng', png(type), channels, 0],
      ]),
    ),
  ),
  'a png by its first bytes': ['decodeImage', png(2), 3, 0],
  'a bmp from the bottom up': ['decodeImage', bitmap(2), 0, 0],
  'a bmp from the top down, grey asked for': ['decodeBmp', bitmap(-2), 3, 0],
  'a jpeg': ['decodeImage', photograph, 0, 6],
  'a jpeg as grey': ['decodeJpeg', photograph, 1, 6],
} as Readonly<Record<string, readonly [call: string, bytes: Buffer, channels: number, tolerance: number]>>;

interface Answer {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: number[];
}

async function decodeAll(nativeFolder: string | null): Promise<Answer[]> {
  const asked = Object.values(PICTURES).map(([call, bytes, channels]) => [call, bytes.toString('base64'), channels]);
  const { stdout, workspace } = await say(
    `console.log(JSON.stringify(${JSON.stringify(asked)}.map(([call, bytes, channels]) => {
       const t = tf.node[call](new Uint8Array(Buffer.from(bytes, 'base64')), channels);
       return { shape: t.shape, dtype: t.dtype, values: Array.from(t.dataSync()) };
     })));`,
    nativeFolder,
  );
  workspace.remove();
  return JSON.parse(stdout) as Answer[];
}

async function say(body: string, nativeFolder: string | null = null) {
  const workspace = new Workspace();
  const environment = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
  const recorded = await workspace.record(workspace.write('train.js', `${MODEL}${body}\n${TRAIN}`), {
    nativeFolder,
    environment,
  });
  assert.equal(recorded.failure, null, `${recorded.failure?.wrong}\n${recorded.stderr}`);
  const { engine } = (await openRun(recorded.runFolders[0] as string)).manifest;
  assert.equal(engine.name, nativeFolder === null ? 'wasm' : 'tensorflow');
  return { ...recorded, workspace };
}

/** The records of an event file after their time of day, as Latin-1. */
function recordsOf(bytes: Buffer): string[] {
  const records: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at));
    const data = bytes.subarray(at + 12, at + 12 + length);
    assert.equal(unmasked(bytes.readUInt32LE(at + 8)), crc32c(bytes.subarray(at, at + 8)), 'checksum of the length');
    assert.equal(unmasked(bytes.readUInt32LE(at + 12 + length)), crc32c(data), 'checksum of the data');
    records.push(data.toString('latin1', 9));
    at += 16 + length;
  }
  return records;
}

function unmasked(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

describe('tf.node on WASM', () => {
  it('decodes pictures into the shapes and values that their pixels have', async () => {
    const answers = await decodeAll(null);
    const byName = Object.fromEntries(Object.keys(PICTURES).map((name, index) => [name, answers[index]]));
    assert.deepEqual(byName['png of colour type 6, 0 channels'], { shape: [2, 3, 4], dtype: 'int32', values: RGBA });
    assert.deepEqual(byName['png of colour type 6, 1 channels']?.values.slice(0, 4), [76, 149, 29, 18]);
    assert.deepEqual(byName['a bmp from the bottom up'], {
      ...{ shape: [2, 3, 3], dtype: 'int32' },
      values: [91, 50, 10, 91, 51, 11, 91, 52, 12, 90, 50, 0, 90, 51, 1, 90, 52, 2],
    });
    assert.deepEqual(byName['a jpeg as grey']?.shape, [17, 20, 1]);
  });

  it('decodes pictures as libtensorflow does @all', async function () {
    if (NATIVE_FOLDER === null) {
      console.log(`      ${NATIVE_SKIPPED}`);
      return this.skip();
    }
    const [ours, theirs] = await Promise.all([decodeAll(null), decodeAll(NATIVE_FOLDER)]);
    Object.entries(PICTURES).forEach(([name, [, , , tolerance]], index) => {
      const [actual, expected] = [ours[index] as Answer, theirs[index] as Answer];
      assert.deepEqual([actual.shape, actual.dtype], [expected.shape, expected.dtype], name);
      const worst = Math.max(...actual.values.map((value, i) => Math.abs(value - (expected.values[i] as number))));
      assert.ok(worst <= tolerance, `${name} differs by ${worst}`);
    });
  });

  it('encodes pictures that decode again', async () => {
    const { stdout, workspace } = await say(`after = async () => {
      const image = tf.tensor3d([[[1, 2, 3], [200, 100, 50]], [[9, 9, 9], [0, 255, 0]]], undefined, 'int32');
      const png = await tf.node.encodePng(image), jpeg = await tf.node.encodeJpeg(tf.fill([16, 16, 3], 77, 'int32'));
      console.log(tf.node.decodePng(png).sub(image).abs().max().dataSync()[0], tf.node.decodeJpeg(jpeg).sub(77).abs().max().dataSync()[0]);
    };`);
    assert.equal(stdout.trim(), '0 0');
    workspace.remove();
  });

  /** Of every file under logs/, by folder: its records without the time of day, checksums checked. */
  const eventsOf = (folder: string): Record<string, string[]> =>
    Object.fromEntries(
      readdirSync(join(folder, 'logs'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => [
          relative(folder, entry.parentPath),
          recordsOf(readFileSync(join(entry.parentPath, entry.name))),
        ]),
    );

  /** Where all values are equal, libtensorflow cannot say what tfjs-node asks of it: with `equal`, ours alone. */
  const tensorBoard = (equal: boolean) => `const writer = tf.node.summaryFileWriter(__dirname + '/logs/own');
    writer.scalar('loss', 0.1, 0); writer.scalar('accuracy', tf.scalar(0.25), 300);
    writer.histogram('few', tf.tensor1d([1, 2, 3, 4]), 1, 2);
    writer.histogram('many', tf.randomNormal([500], 0, 1, 'float32', 7), 3); ${equal ? "writer.histogram('equal', tf.ones([3]), 2);" : ''} writer.flush();
    callbacks = [tf.node.tensorBoard(__dirname + '/logs/fit', { updateFreq: 'batch', histogramFreq: ${equal ? 1 : 0} })];
    after = () => console.log('trained');`;

  it('writes TensorBoard’s files: scalars, histograms, and what its callback sees', async () => {
    const { stdout, workspace } = await say(tensorBoard(true));
    assert.equal(stdout.trim(), 'trained');
    const events = eventsOf(workspace.folder);
    assert.deepEqual(Object.keys(events).sort(), ['logs/fit/train', 'logs/own']);
    assert.equal(events['logs/own']?.length, 6);
    const names = events['logs/fit/train']?.map((text) => /(batch_|epoch_)\w+|dense\w+\/[a-z]+/.exec(text)?.[0]);
    assert.deepEqual(names, [undefined, 'batch_loss', 'epoch_loss', 'dense_Dense1/kernel', 'dense_Dense1/bias']);
    workspace.remove();
  });

  it('writes the bytes that libtensorflow writes, but for the time of day @all', async function () {
    if (NATIVE_FOLDER === null) {
      console.log(`      ${NATIVE_SKIPPED}`);
      return this.skip();
    }
    const [ours, theirs] = await Promise.all([say(tensorBoard(false)), say(tensorBoard(false), NATIVE_FOLDER)]);
    const [actual, expected] = [eventsOf(ours.workspace.folder), eventsOf(theirs.workspace.folder)];
    // The first record is the format's version, to which libtensorflow adds its own name; weights differ by rounding.
    assert.deepEqual(actual['logs/own']?.slice(1), expected['logs/own']?.slice(1));
    assert.deepEqual(actual['logs/fit/train']?.length, expected['logs/fit/train']?.length);
    for (const { workspace } of [ours, theirs]) workspace.remove();
  });

  it('says of what only libtensorflow can that it is missing', async () => {
    const { stdout, workspace } = await say(
      `for (const call of [() => tf.node.loadSavedModel('x'), () => tf.node.decodeGif(new Uint8Array(9)), () => tf.node.decodeImage(new Uint8Array(9))])
         try { call(); } catch (error) { console.log(error.message); }`,
    );
    assert.deepEqual(stdout.trim().split('\n'), [
      'tf.node.loadSavedModel needs the engine "tensorflow" (the native library of @tensorflow/tfjs-node)',
      'tf.node.decodeGif needs the engine "tensorflow" (the native library of @tensorflow/tfjs-node)',
      'Expected image (BMP, JPEG, PNG, or GIF), but got unsupported image type',
    ]);
    workspace.remove();
  });

  it('refuses to save where tfjs-node would: a folder in one that is not there, a file', async () => {
    const { stdout, workspace } = await say(`after = async () => {
      for (const folder of ['/not there/model', '/train.js'])
        await model.save('file://' + __dirname + folder).catch((error) => console.log(error.message.replaceAll(__dirname, '')));
    };`);
    assert.deepEqual(stdout.trim().split('\n'), [
      "ENOENT: no such file or directory, mkdir '/not there/model'",
      'Path /train.js exists as a file. The path must be nonexistent or point to a directory.',
    ]);
    workspace.remove();
  });

  it('saves and loads by file:// and by tf.io.fileSystem', async () => {
    const { stdout, workspace } = await say(`after = async () => {
      await model.save('file://' + __dirname + '/a b'); await model.save(tf.io.fileSystem(__dirname + '/second'));
      const loaded = [await tf.loadLayersModel('file://' + __dirname + '/a b/model.json'), await tf.loadLayersModel(tf.io.fileSystem(__dirname + '/second/model.json'))];
      const x = tf.ones([1, 4, 4, 1]); console.log(...loaded.map((one) => one.predict(x).sub(model.predict(x)).dataSync()[0]), tf.version['tfjs-node']);
    };`);
    assert.equal(stdout.trim(), '0 0 4.22.0');
    const { weightsManifest } = JSON.parse(readFileSync(join(workspace.folder, 'second', 'model.json'), 'utf8')) as {
      weightsManifest: { paths: string[] }[];
    };
    assert.deepEqual(weightsManifest[0]?.paths, ['weights.bin']);
    workspace.remove();
  });
});
