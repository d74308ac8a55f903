/** A CSV file, or a folder with train.csv and test.csv. */
import { join } from 'node:path';
import { arraySamples } from '../arraySamples.js';
import { readCsv, type CsvTable } from '../csv.js';
import { badData } from '../dataFailure.js';
import type { DataSet, Samples } from '../dataSet.js';
import { partOf } from '../fileRoles.js';
import type { OpenRequest } from '../openDataSet.js';

export async function openCsvFiles({ path, folder, names, labels, limits }: OpenRequest): Promise<DataSet> {
  const files = names.filter((name) => /\.[ct]sv(\.gz)?$/i.test(name));
  const heldOut = files.find((name) => partOf(name) === 'validation');
  const training = files.find((name) => name !== heldOut) ?? heldOut;
  if (training === undefined || files.length > 2) {
    throw badData(
      path,
      null,
      `it contains ${files.length} tables`,
      'Specify one file, or a folder with train.csv and test.csv.',
    );
  }
  const trainingTable = await readCsv(join(folder, training), labels, limits);
  const file = join(folder, training);
  if (heldOut === undefined || heldOut === training) {
    return { training: samplesOf(trainingTable, file), validation: null, classNames: trainingTable.classNames };
  }
  const heldOutFile = join(folder, heldOut);
  const heldOutTable = await readCsv(heldOutFile, labels, limits);
  if (trainingTable.classNames?.join('\n') !== heldOutTable.classNames?.join('\n')) {
    throw badData(
      heldOutFile,
      null,
      `its labels differ from those of ${file}`,
      'Both tables must contain every class.',
    );
  }
  return {
    training: samplesOf(trainingTable, file),
    validation: samplesOf(heldOutTable, heldOutFile),
    classNames: trainingTable.classNames,
  };
}

function samplesOf({ samples, labels }: CsvTable, file: string): Samples {
  return arraySamples(samples, labels, { file, labelsFile: file });
}
