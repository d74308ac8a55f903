/** Data sets of array files, .npy or IDX: samples and labels, found by their names. */
import { basename, join } from 'node:path';
import { arraySamples } from '../arraySamples.js';
import { badData } from '../dataFailure.js';
import type { DataArray, DataLimits, DataSet, Samples } from '../dataSet.js';
import { pairNames, roleOf, type Pair, type Parts } from '../fileRoles.js';
import { readIdx } from '../idx.js';
import { readNpyFile } from '../npy.js';
import type { OpenRequest } from '../openDataSet.js';

export async function openArrayFiles(request: OpenRequest): Promise<DataSet> {
  const parts = partsOf(request);
  if (!parts.training) {
    throw badData(
      request.path,
      null,
      'no file name identifies the samples',
      'Name the files x_train, y_train, x_test, y_test, or images and labels.',
    );
  }
  const training = await readPair(request, parts.training, request.labels);
  return {
    training,
    validation: parts.validation && (await readPair(request, parts.validation, null)),
    classNames: null,
  };
}

/** A file that was named itself is the samples; its labels are those of its own part. */
function partsOf({ path, folder, names }: OpenRequest): Parts {
  const pairs = pairNames(names);
  if (path === folder) return pairs;
  const name = basename(path);
  const own = roleOf(name);
  const kin = pairNames(names.filter((other) => roleOf(other)?.part === own?.part));
  const training = { samples: name, targets: own ? (kin.training?.targets ?? null) : null };
  return own?.part === 'training' && pairs.validation
    ? { training, validation: pairs.validation }
    : { training, validation: null };
}

async function readPair(request: OpenRequest, { samples, targets }: Pair, labels: string | null): Promise<Samples> {
  const file = join(request.folder, samples);
  const labelsFile = labels ?? (targets === null ? null : join(request.folder, targets));
  const array = await readArray(file, request.limits);
  const labelArray = labelsFile === null ? null : await readArray(labelsFile, request.limits);
  return arraySamples(array, labelArray, { file, labelsFile });
}

function readArray(file: string, limits: DataLimits): Promise<DataArray> {
  return /\.npy(\.gz)?$/i.test(file) ? readNpyFile(file, limits) : readIdx(file, limits);
}
