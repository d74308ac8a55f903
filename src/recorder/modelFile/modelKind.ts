/** What a model's path is: a module that exports one, a saved model, or a folder of checkpoints. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { Failure } from '../../protocol/failure.js';

export type ModelSource =
  | { readonly kind: 'module'; readonly file: string }
  | { readonly kind: 'saved'; readonly file: string }
  /** Each file is a model.json, in the order of their numbers. */
  | { readonly kind: 'checkpoints'; readonly files: readonly string[] };

const MODULES = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.tsx', '.jsx'];
const CODE: Readonly<Record<string, string>> = {
  '.pt': 'a PyTorch archive (a pickle)',
  '.pth': 'a PyTorch archive (a pickle)',
  '.pkl': 'a Python pickle',
};
const KERAS = ['.h5', '.hdf5', '.keras', '.pb'];
const GIVE = 'Specify a .js or .ts file that exports a model, a TensorFlow.js model.json, or a folder of them.';

/** Throws a Failure for what is none of them. */
export function modelSource(path: string): ModelSource {
  if (!existsSync(path)) throw refusal(path, 'not-found', 'it does not exist', GIVE);
  if (statSync(path).isDirectory()) return savedFolder(path);
  const extension = extname(path).toLowerCase();
  if (MODULES.includes(extension)) return { kind: 'module', file: path };
  if (extension === '.json') return { kind: 'saved', file: path };
  const code = CODE[extension];
  if (code !== undefined)
    throw refusal(path, 'unsupported', `it is ${code}, which can run code, so it is not opened`, GIVE);
  if (KERAS.includes(extension)) {
    throw refusal(
      path,
      'unsupported',
      `${extension} files are not opened because they can contain code (Lambda layers)`,
      'Convert it: tensorflowjs_converter --input_format keras FILE FOLDER.',
    );
  }
  throw refusal(path, 'bad-input', 'it is not a model', GIVE);
}

function savedFolder(folder: string): ModelSource {
  const own = join(folder, 'model.json');
  if (existsSync(own)) return { kind: 'saved', file: own };
  const names = readdirSync(folder).sort(new Intl.Collator('en', { numeric: true }).compare);
  const below = names.map((name) => join(folder, name, 'model.json')).filter((file) => existsSync(file));
  const beside = names.filter((name) => name.endsWith('.json')).map((name) => join(folder, name));
  const files = below.length > 0 ? below : beside;
  if (files.length === 0)
    throw refusal(folder, 'bad-input', 'neither it nor its subfolders contain a model.json', GIVE);
  return files.length === 1 ? { kind: 'saved', file: files[0] as string } : { kind: 'checkpoints', files };
}

function refusal(
  path: string,
  kind: 'not-found' | 'unsupported' | 'bad-input',
  wrong: string,
  tryThis: string,
): Failure {
  return new Failure({ kind, doing: `looking for the model in ${path}`, wrong, tryThis });
}
