/** What a person is told when a file of a run cannot be believed. */
import { Failure } from '../../protocol/failure.js';
import type { KeyProblem } from '../safety/runPaths.js';

/** What was being read: "the maps of layer \"conv2d_1\" (l = 1) at epoch 3". */
export interface Reading {
  readonly what: string;
  readonly folder: string;
}

/** The run holds the key and it is missing, torn or altered; or the system does not let it be read. */
export function readFailure(problem: KeyProblem, key: string, { what, folder }: Reading): Failure {
  const isSystem = problem.state === 'unreadable';
  return new Failure(
    {
      kind: isSystem ? 'environment' : 'damaged',
      doing: `reading ${what} from ${folder}`,
      wrong: `${key} ${problem.message}`,
      tryThis: isSystem
        ? 'Check the disk and the permissions of the run folder, then open the run again.'
        : 'If the run folder was copied, copy it again. Otherwise, record the run again. Undamaged parts can still be read.',
    },
    { cause: problem },
  );
}
