/** Row 25: files that run code when they are opened: named as such, and nothing in them runs. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDataSet } from '../../../src/data/openDataSet.js';
import { Failure } from '../../../src/protocol/failure.js';
import { modelSource } from '../../../src/recorder/modelFile/modelKind.js';
import { readArtifacts } from '../../../src/recorder/modelFile/savedModel.js';
import { seededRandom } from '../../../src/recorder/model/seededRandom.js';
import { Files, npy, zip } from '../../data/makeFiles.js';
import { python, pythonMissing } from '../../store/zarrPython.js';
import { reason, upTo, type TrustRow } from '../row.js';

/** A pickle, protocol 0, that makes a file when it is loaded. */
const pickle = (canary: string): Buffer => Buffer.from(`cos\nsystem\n(S'touch "${canary}"'\ntR.`);

interface CodeFile {
  readonly name: string;
  readonly bytes: Buffer;
  open(file: string): Promise<unknown>;
}

const asData = async (file: string): Promise<unknown> => (await openDataSet({ path: file })) && undefined;

function lambdaModel(index: number): Buffer {
  const lambda = { class_name: index % 2 ? 'Lambda' : 'TFOpLambda', config: { function: ['4wEAAAA=', null, null] } };
  const nested = upTo(index % 4).reduce<unknown>(
    (inner) => ({ class_name: 'Sequential', config: { layers: [inner] } }),
    lambda,
  );
  const modelTopology = { class_name: 'Sequential', config: { layers: [nested] } };
  return Buffer.from(JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest: [] }));
}

function codeFile(index: number, canary: string): CodeFile {
  const random = seededRandom(index);
  const objects = npy(['|O', '|O8', '=O'][random(3)]!, [1 + random(9)], pickle(canary));
  const kinds: readonly CodeFile[] = [
    { name: 'x.npy', bytes: objects, open: asData },
    {
      name: 'x.npz',
      bytes: zip([
        { name: 'x.npy', data: objects, stored: random(2) === 0 },
        { name: 'y.npy', data: objects },
      ]),
      open: asData,
    },
    ...['.pkl', '.pickle', '.pt', '.pth', '.joblib', '.PKL'].map((end) => ({
      name: `x${end}`,
      bytes: pickle(canary),
      open: asData,
    })),
    ...['.keras', '.h5', '.hdf5', '.pt', '.pkl'].map((end) => ({
      name: `model${end}`,
      bytes: zip([{ name: 'config.json', data: lambdaModel(1) }]),
      open: async (file: string) => modelSource(file),
    })),
    { name: 'model.json', bytes: lambdaModel(index), open: readArtifacts },
  ];
  return kinds[index % kinds.length]!;
}

async function violationsOf(files: Files, index: number): Promise<string[]> {
  const canary = join(files.folder, `canary-${index}`);
  const { name, bytes, open } = codeFile(index, canary);
  const file = files.write(`${index}/${name}`, bytes);
  const words = await open(file).then(
    () => 'it was opened',
    (error: unknown) => {
      const isNamed =
        error instanceof Failure && error.kind === 'unsupported' && /can (run|contain) code/.test(error.wrong);
      return isNamed ? null : `refused as ${reason(error)}`;
    },
  );
  return [
    ...(words === null ? [] : [`${name} ${index}: ${words}`]),
    ...(existsSync(canary) ? [`${name} ${index}: its code ran`] : []),
  ];
}

export const codeFiles: TrustRow = {
  number: 25,
  what: 'pickles in .npy and .npz, Lambda layers in .keras, .h5 and model.json',
  promise: '"can run code, so it is not opened"',
  goal: '100 files, 0 canaries',
  async *check() {
    const [files, violations] = [new Files(), [] as string[]];
    for (const index of upTo(112)) violations.push(...(await violationsOf(files, index)));
    yield { what: 'files', count: 112, violations };
  },
  async control() {
    const what = 'numpy.load with allow_pickle';
    if (pythonMissing) return { what, skipped: pythonMissing.replace('skipped: ', '') };
    const files = new Files();
    const canary = join(files.folder, 'canary');
    const file = files.write('x.npy', npy('|O', [1], pickle(canary)));
    spawnSync(python, ['-c', 'import numpy, sys; numpy.load(sys.argv[1], allow_pickle=True)', file]);
    return { what, violations: existsSync(canary) ? ['the canary was touched'] : [] };
  },
};
