/** Image folders by class, with or without a level of train/ and test/ above the classes. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataSet } from '../dataSet.js';
import { partOf, type Part } from '../fileRoles.js';
import { classFolders, readImageFolder, type ImageShape } from '../image/imageFolder.js';
import type { OpenRequest } from '../openDataSet.js';

/** null when no folder holds pictures. */
export async function openImageFolders(request: OpenRequest): Promise<DataSet | null> {
  const { folder, imageShape, limits } = request;
  const parts = await partFolders(request);
  if (!parts.training) {
    const classNames = await classFolders(folder);
    if (classNames.length === 0) return null;
    return { training: await readImageFolder(folder, classNames, imageShape, limits), validation: null, classNames };
  }
  const [trainingNames, validationNames] = await Promise.all([
    classFolders(parts.training),
    parts.validation === null ? [] : classFolders(parts.validation),
  ]);
  if (trainingNames.length === 0) return null;
  // One list for both parts: a class that is only held out has an index, too.
  const classNames = [...new Set([...trainingNames, ...validationNames])].sort();
  const training = await readImageFolder(parts.training, classNames, imageShape, limits);
  const validation =
    parts.validation === null || validationNames.length === 0
      ? null
      : await readImageFolder(parts.validation, classNames, training.shape as ImageShape, limits);
  return { training, validation, classNames };
}

interface PartFolders {
  readonly training: string | null;
  readonly validation: string | null;
}

/** "train" and the first of "val", "valid", "validation", "test" in alphabetical order from the end. */
async function partFolders({ folder, names }: OpenRequest): Promise<PartFolders> {
  const found: Record<Part, string | null> = { training: null, validation: null };
  for (const name of names) {
    const part = partOf(name);
    const path = join(folder, name);
    if (part && (await isFolder(path))) found[part] = path;
  }
  return found;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}
