/** How a file that cannot be used is named to a person: the file, the offset, what is wrong there. */
import { Failure } from '../protocol/failure.js';

/** `at`: "offset 16", "line 3, column 2"; omitted where the whole file is meant. */
export function badData(file: string, at: string | null, wrong: string, tryThis: string, cause?: unknown): Failure {
  return new Failure(
    { kind: 'bad-input', doing: `reading ${file}`, wrong: at === null ? wrong : `at ${at}: ${wrong}`, tryThis },
    { cause },
  );
}

/** Pickles and layers of code are recognised and never run. */
export function containsCode(file: string, what: string, tryThis: string): Failure {
  return new Failure({
    kind: 'unsupported',
    doing: `reading ${file}`,
    wrong: `it contains ${what}, which can run code, so it is not opened`,
    tryThis,
  });
}

/** What the file system says when a file or folder cannot be opened. */
export function cannotOpen(path: string, error: NodeJS.ErrnoException, tryThis: string): Failure {
  const isMissing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
  return new Failure(
    {
      kind: isMissing ? 'not-found' : 'environment',
      doing: `opening ${path}`,
      wrong: isMissing ? 'it does not exist' : error.message,
      tryThis,
    },
    { cause: error },
  );
}

export function tooLarge(file: string, what: string, bytes: number, limit: number): Failure {
  return badData(
    file,
    null,
    `${what} takes ${Number.isFinite(bytes) ? `${bytes} bytes` : 'more bytes than can be counted'}; the limit is ${limit}`,
    'Use a part of the data, or check that the file is what its name says.',
  );
}
