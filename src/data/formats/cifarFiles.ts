/** CIFAR's folders of binary files, or one of those files, with the class names that lie beside them. */
import { basename, join } from 'node:path';
import { arraySamples, joinArrays } from '../arraySamples.js';
import { badData } from '../dataFailure.js';
import { CIFAR_10, CIFAR_100, readCifar, type CifarKind } from '../cifar.js';
import type { DataSet, Samples } from '../dataSet.js';
import { partOf } from '../fileRoles.js';
import { readSmallFile } from '../openBytes.js';
import type { OpenRequest } from '../openDataSet.js';

const NAMES_BYTES = 64 * 1024;

export async function openCifar(request: OpenRequest): Promise<DataSet> {
  const { path, folder } = request;
  const names = request.names.filter((name) => name.endsWith('.bin'));
  const isHeldOut = (name: string): boolean => partOf(name) === 'validation';
  const training = names.filter((name) => !isHeldOut(name));
  const heldOut = names.filter(isHeldOut);
  if (names.length === 0)
    throw badData(
      path,
      null,
      'it contains no .bin file',
      'Specify the folder that contains data_batch_1.bin … test_batch.bin.',
    );
  const kind = kindOf(names);
  return {
    training: await readAll(request, training.length > 0 ? training : heldOut, kind),
    validation: training.length > 0 && heldOut.length > 0 ? await readAll(request, heldOut, kind) : null,
    classNames: await classNames(folder, kind),
  };
}

/** CIFAR-100 comes as train.bin and test.bin, CIFAR-10 as data_batch_1.bin … and test_batch.bin. */
function kindOf(names: readonly string[]): CifarKind {
  return names.every((name) => /^(train|test)\.bin$/.test(name)) ? CIFAR_100 : CIFAR_10;
}

async function readAll({ folder, limits }: OpenRequest, names: readonly string[], kind: CifarKind): Promise<Samples> {
  const files = [];
  for (const name of names) files.push(await readCifar(join(folder, name), kind, limits));
  const images = joinArrays(files.map((file) => file.images));
  const labels = joinArrays(files.map((file) => file.labels));
  const file = join(folder, names.length === 1 ? basename(names[0] as string) : '*.bin');
  return arraySamples(images, labels, { file, labelsFile: file });
}

async function classNames(folder: string, kind: CifarKind): Promise<string[] | null> {
  const file = join(folder, kind === CIFAR_100 ? 'fine_label_names.txt' : 'batches.meta.txt');
  const text = await readSmallFile(file, NAMES_BYTES).then(String, () => '');
  const names = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return names.length === kind.classCount ? names : null;
}
