/**
 * A folder of pictures by class: one folder for each class, classes in alphabetical order. Pictures are
 * decoded when they are first read, resized to what the model takes, and kept while there is room.
 */
import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { badData, cannotOpen } from '../dataFailure.js';
import { DEFAULT_LIMITS, type DataLimits, type Samples } from '../dataSet.js';
import { readImage } from './decodeImage.js';
import { withChannels } from './decodedImage.js';
import { resizeImage } from './resizeImage.js';

const EXTENSIONS = ['.png', '.jpg', '.jpeg', '.jpe', '.jfif'];
/** Decoded pictures that are kept, so that a second epoch does not decode again. */
const KEPT_BYTES = 2 ** 30;

/** The names of the folders that hold pictures, in alphabetical order; empty where there are none. */
export async function classFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw cannotOpen(folder, error as NodeJS.ErrnoException, 'Specify an existing, readable folder.');
  });
  const names = entries.filter((entry) => !entry.name.startsWith('.') && !entry.isFile()).map((entry) => entry.name);
  const found: string[] = [];
  for (const name of names.sort()) if ((await pictureNames(join(folder, name))).length > 0) found.push(name);
  return found;
}

/** Names of the picture files of one class, in alphabetical order; empty for what is no folder. */
async function pictureNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith('.') && EXTENSIONS.includes(extname(name).toLowerCase())).sort();
}

/** (height, width, channels) of pictures. */
export type ImageShape = readonly [height: number, width: number, channels: 1 | 3];

/**
 * The pictures of `classNames`' folders; a class whose folder is missing here has no samples. `wanted`: the
 * shape that the model takes; null: the first picture's.
 */
export async function readImageFolder(
  folder: string,
  classNames: readonly string[],
  wanted: ImageShape | null,
  limits: DataLimits = DEFAULT_LIMITS,
): Promise<Samples> {
  const files: string[] = [];
  const classes: number[] = [];
  for (const [index, name] of classNames.entries()) {
    for (const picture of await pictureNames(join(folder, name))) {
      files.push(join(folder, name, picture));
      classes.push(index);
    }
  }
  if (files.length === 0)
    throw badData(
      folder,
      null,
      'no class folder holds a PNG or JPEG file',
      'Specify a folder with one subfolder of images per class.',
    );
  if (files.length > limits.fileCount)
    throw badData(
      folder,
      null,
      `it contains ${files.length} images; the limit is ${limits.fileCount}`,
      'Use a part of them.',
    );
  await access(files[0] as string, constants.R_OK).catch((error: unknown) => {
    throw cannotOpen(files[0] as string, error as NodeJS.ErrnoException, 'Make the images readable.');
  });
  return pictureSamples(files, classes, wanted ?? (await shapeOf(files[0] as string, limits)), limits);
}

async function shapeOf(file: string, limits: DataLimits): Promise<ImageShape> {
  const { height, width, channels } = await readImage(file, limits);
  return [height, width, channels];
}

function pictureSamples(
  files: readonly string[],
  classes: readonly number[],
  shape: ImageShape,
  limits: DataLimits,
): Samples {
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const kept = new Map<number, Uint8Array>();
  const picture = async (index: number): Promise<Uint8Array> => {
    const known = kept.get(index);
    if (known) return known;
    const image = withChannels(await readImage(files[index] as string, limits), channels);
    const { values } = resizeImage(image, width, height);
    if ((kept.size + 1) * size <= KEPT_BYTES) kept.set(index, values);
    return values;
  };
  return {
    count: files.length,
    shape,
    storage: 'bytes',
    targets: { shape: [files.length], values: Float32Array.from(classes) },
    read: async (indices) => {
      const out = new Float32Array(indices.length * size);
      for (const [place, index] of indices.entries()) out.set(await picture(index), place * size);
      return out;
    },
  };
}
