/** Files that run code when they are opened, by their names: recognised, and not opened. */
import { extname } from 'node:path';
import type { Failure } from '../protocol/failure.js';
import { containsCode } from './dataFailure.js';

const CODE: Readonly<Record<string, string>> = {
  '.pkl': 'a Python pickle',
  '.pickle': 'a Python pickle',
  '.pt': 'a PyTorch archive (a pickle)',
  '.pth': 'a PyTorch archive (a pickle)',
  '.joblib': 'a joblib file (a pickle)',
};

/** The Failure for a file that holds code; null for any other. */
export function containsCodeFile(file: string): Failure | null {
  const what = CODE[extname(file).toLowerCase()];
  return what === undefined ? null : containsCode(file, what, 'Save the arrays with numpy.savez(file, x=…, y=…).');
}
