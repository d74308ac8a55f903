/**
 * Opens a data set from a path: an image folder, IDX files, CIFAR's binary files, .npy files, an .npz archive
 * or CSV. Which it is, is decided by names and first bytes; everything inside is checked by its own loader.
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { cannotOpen, badData } from './dataFailure.js';
import { DEFAULT_LIMITS, type DataLimits, type DataSet } from './dataSet.js';
import { containsCodeFile } from './codeFiles.js';
import { openArrayFiles } from './formats/arrayFiles.js';
import { openCifar } from './formats/cifarFiles.js';
import { openCsvFiles } from './formats/csvFiles.js';
import { openImageFolders } from './formats/imageFolders.js';
import { openNpz } from './formats/npzFile.js';
import type { ImageShape } from './image/imageFolder.js';

export interface DataSetRequest {
  /** A file or a folder. */
  readonly path: string;
  /** File of labels, for samples whose own files name none; a column's name or index for CSV. */
  readonly labels?: string | null;
  /** What the model takes, so that pictures can be resized to it. */
  readonly imageShape?: ImageShape | null;
  readonly limits?: DataLimits;
}

export interface OpenRequest {
  readonly path: string;
  readonly labels: string | null;
  readonly imageShape: ImageShape | null;
  readonly limits: DataLimits;
  /** Names in the folder, sorted; the file's own name where the path is a file. */
  readonly names: readonly string[];
  /** The folder that the names lie in. */
  readonly folder: string;
}

const KINDS = [
  'a folder with one folder of PNG or JPEG files for each class (also below train/ and test/)',
  'IDX files',
  'binary files of CIFAR-10 or CIFAR-100',
  '.npy files named x and y',
  'an .npz file',
  'CSV',
].join(', ');

/** Throws a Failure that names the file, the place and what is wrong. */
export async function openDataSet(request: DataSetRequest): Promise<DataSet> {
  const full = await describePath(request);
  if (full.folder === full.path) return openFolder(full);
  const extension = extname(full.path.replace(/\.gz$/i, '')).toLowerCase();
  if (extension === '.npz') return openNpz(full);
  if (extension === '.csv' || extension === '.tsv') return openCsvFiles(full);
  if (extension === '.npy' || isIdxName(basename(full.path))) return openArrayFiles(await withNeighbours(full));
  if (extension === '.bin') return openCifar(full);
  throw containsCodeFile(full.path) ?? notADataSet(full.path);
}

async function openFolder(request: OpenRequest): Promise<DataSet> {
  const { names } = request;
  const images = await openImageFolders(request);
  if (images) return images;
  if (names.some((name) => name.endsWith('.bin'))) return openCifar(request);
  if (names.some((name) => isArrayName(name))) return openArrayFiles(request);
  const archives = names.filter((name) => name.endsWith('.npz'));
  if (archives.length === 1) return openNpz({ ...request, path: join(request.folder, archives[0] as string) });
  if (names.some((name) => /\.[ct]sv(\.gz)?$/i.test(name))) return openCsvFiles(request);
  throw notADataSet(request.path);
}

async function describePath({ path, labels, imageShape, limits }: DataSetRequest): Promise<OpenRequest> {
  const status = await stat(path).catch((error: unknown) => {
    throw cannotOpen(path, error as NodeJS.ErrnoException, `Specify a data set: ${KINDS}.`);
  });
  const folder = status.isDirectory() ? path : dirname(path);
  const names = status.isDirectory()
    ? (await readdir(path)).filter((name) => !name.startsWith('.')).sort()
    : [basename(path)];
  return {
    path,
    folder,
    names,
    labels: labels ?? null,
    imageShape: imageShape ?? null,
    limits: limits ?? DEFAULT_LIMITS,
  };
}

/** A file of samples alone finds its labels, and a held-out part, among the files beside it. */
async function withNeighbours(request: OpenRequest): Promise<OpenRequest> {
  const kin = (await readdir(request.folder)).filter(isArrayName).sort();
  return { ...request, names: [basename(request.path), ...kin] };
}

function isIdxName(name: string): boolean {
  return /[-.]idx\d(-ubyte)?(\.gz)?$/i.test(name);
}

function isArrayName(name: string): boolean {
  return /\.npy(\.gz)?$/i.test(name) || isIdxName(name);
}

function notADataSet(path: string) {
  return badData(path, null, 'it is not a supported data set', `Use one of: ${KINDS}.`);
}
