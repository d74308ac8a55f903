/** The runner's side of a training without a script: loads its bundle and passes on how it ended. */
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import type { FailureParts } from '../../protocol/failure.js';
import type { runModelFile, ModelFileRun } from './runModelFile.js';

/** In a turn of its own, so that what the model file throws is uncaught, as a script's is. */
export function startModelFile(distFolder: string, run: ModelFileRun, fail: (failure: FailureParts) => void): void {
  const bundle = createRequire(__filename)(join(distFolder, 'modelFile.cjs')) as { runModelFile: typeof runModelFile };
  setImmediate(() => {
    bundle.runModelFile(run).then(
      (failure) => {
        if (!failure) return;
        process.exitCode = 1;
        fail(failure);
      },
      (cause: unknown) =>
        setImmediate(() => {
          throw cause;
        }),
    );
  });
}

/** The file that packages are looked for from: the module itself, or the workspace for a model that is data. */
export function resolvingFile(path: string, workspace: string): string {
  const isData = extname(path) === '.json' || (existsSync(path) && statSync(path).isDirectory());
  return isData ? join(workspace, 'model.js') : path;
}
