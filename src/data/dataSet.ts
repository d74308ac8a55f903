/**
 * The vocabulary of data sets that are read from files: samples that can be read in any order, their
 * targets, and how large anything may be. What a model makes of them is not in here.
 */

/** Values as the file holds them: bytes stay bytes (pixels), every other type becomes float32. */
export type Values = Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/** An array of a file, row-major. */
export interface DataArray {
  readonly shape: readonly number[];
  readonly values: Values;
}

/** Samples of one split. */
export interface Samples {
  readonly count: number;
  /** Of one sample: (height, width, channels) for images. */
  readonly shape: readonly number[];
  /** Bytes are divided by 255 where nothing else is asked for. */
  readonly storage: 'bytes' | 'floats';
  /** (sample, …), one row for each sample; null where the files hold none. */
  readonly targets: DataArray | null;
  /** Values of the samples with these indices, in this order: (index, …shape), unscaled. */
  read(indices: readonly number[]): Promise<Float32Array<ArrayBuffer>>;
}

export interface DataSet {
  readonly training: Samples;
  /** null where the files name no part that is held out. */
  readonly validation: Samples | null;
  /** Names of the classes 0, 1, …; null where the files give none. */
  readonly classNames: readonly string[] | null;
}

export interface DataLimits {
  /** The most that the values of one array take in memory. */
  readonly arrayBytes: number;
  /** Of one image, before it is decoded. */
  readonly imagePixels: number;
  /** Of one compressed image file. */
  readonly imageFileBytes: number;
  /** Files in one folder of images. */
  readonly fileCount: number;
}

export const DEFAULT_LIMITS: DataLimits = {
  arrayBytes: 4 * 2 ** 30,
  imagePixels: 2 ** 25,
  imageFileBytes: 2 ** 26,
  fileCount: 5_000_000,
};

/** Number of values of a shape; Infinity where it is beyond what a number counts exactly. */
export function elementCount(shape: readonly number[]): number {
  const count = shape.reduce((product, length) => product * length, 1);
  return Number.isSafeInteger(count) ? count : Infinity;
}
