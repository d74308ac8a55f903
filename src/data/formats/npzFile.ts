/** Data sets in one .npz archive: arrays named x_train, y_train, x_test, y_test, or x and y, or the like. */
import { arraySamples } from '../arraySamples.js';
import { badData } from '../dataFailure.js';
import type { DataArray, DataSet, Samples } from '../dataSet.js';
import { pairNames, type Pair, type Parts } from '../fileRoles.js';
import { readNpyFile } from '../npy.js';
import { readNpz } from '../npz.js';
import type { OpenRequest } from '../openDataSet.js';

export async function openNpz({ path, labels, limits }: OpenRequest): Promise<DataSet> {
  let parts: Parts = { training: null, validation: null };
  const arrays = await readNpz(
    path,
    (names) => {
      parts = namedParts(names);
      return [parts.training, parts.validation]
        .flatMap((pair) => [pair?.samples, pair?.targets])
        .filter((name) => typeof name === 'string');
    },
    limits,
  );
  const { training, validation } = parts;
  if (!training) {
    throw badData(
      path,
      null,
      'no array name identifies the samples',
      'Save with numpy.savez(file, x_train=…, y_train=…, x_test=…, y_test=…).',
    );
  }
  const given = labels === null ? null : await readNpyFile(labels, limits);
  return {
    training: samplesOf(path, arrays, training, given),
    validation: validation && samplesOf(path, arrays, validation, null),
    classNames: null,
  };
}

/** Arrays saved without names are arr_0, arr_1: samples, then labels. */
function namedParts(names: readonly string[]): Parts {
  const parts = pairNames(names);
  if (parts.training || !names.includes('arr_0')) return parts;
  return { training: { samples: 'arr_0', targets: names.includes('arr_1') ? 'arr_1' : null }, validation: null };
}

function samplesOf(
  path: string,
  arrays: ReadonlyMap<string, DataArray>,
  pair: Pair,
  labels: DataArray | null,
): Samples {
  const array = arrays.get(pair.samples) as DataArray;
  const targets = labels ?? (pair.targets === null ? null : (arrays.get(pair.targets) ?? null));
  return arraySamples(array, targets, {
    file: `${path}, array ${pair.samples}`,
    labelsFile: `${path}, array ${pair.targets ?? ''}`,
  });
}
