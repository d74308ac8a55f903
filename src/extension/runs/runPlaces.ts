/** Where runs and their sources lie: `<root>/.cnnslicer/runs/<id>`, sources relative to `<root>`. Pure path arithmetic. */
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { isInside } from '../../store/safety/isInside.js';

const RUNS_PATH = join('.cnnslicer', 'runs');

export function runsFolderOf(root: string): string {
  return join(root, RUNS_PATH);
}

/** The folder that a run's relative sources lie in today. */
export function rootOfRun(runFolder: string): string {
  return dirname(dirname(dirname(runFolder)));
}

/**
 * A recorded source path as a file of today, or null when it would lie outside every root: a recording
 * may come from anywhere and must not choose which files are opened. Symbolic links are not resolved here.
 */
export function sourceFile(runFolder: string, recorded: string, roots: readonly string[]): string | null {
  const root = rootOfRun(runFolder);
  const file = isAbsolute(recorded) ? resolve(recorded) : resolve(root, ...recorded.split('/'));
  return [root, ...roots].some((allowed) => isInside(allowed, file)) ? file : null;
}
