// A copy of the digits example as a person gets it, without what recording it here has left in it.
import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const exampleFolder = fileURLToPath(new URL('../../examples/digits', import.meta.url));

/** Copies the example's files into `folder`; `from` is another example, for tests of this function. */
export async function copyExample(folder, from = exampleFolder) {
  const isItsOwn = (path) => !['.cnnslicer', 'node_modules'].includes(basename(path));
  await cp(from, folder, { recursive: true, filter: (path) => path === from || isItsOwn(path) });
  return join(folder);
}
