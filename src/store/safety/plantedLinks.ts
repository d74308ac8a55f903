/**
 * Links that stand where our own folders should be. A cloned repository can bring `.cnnslicer`, `runs` or a run
 * as a link, and what is written through it lands outside. What lies above `.cnnslicer` is the person's own choice.
 */
import { lstatSync } from 'node:fs';
import { dirname, parse, resolve, sep } from 'node:path';
import { Failure } from '../../protocol/failure.js';

const OWN_FOLDER = '.cnnslicer';

/** The first link on an absolute or relative path from its outermost `.cnnslicer` on; null where there is none. */
export function plantedLink(path: string): string | null {
  return ownPaths(resolve(path)).find(isLink) ?? null;
}

/** Throws an `environment` Failure where a planted link lies on the path. For everything that writes there. */
export function refusePlantedLink(path: string, doing: string): void {
  const link = plantedLink(path);
  if (link === null) return;
  throw new Failure({
    kind: 'environment',
    doing,
    wrong: `${link} is a link, and CNNSlicer does not write through links`,
    tryThis: 'Remove the link. To record to its target, specify that folder with --out.',
  });
}

/** `.cnnslicer` and what follows it on the path, outermost first. */
function ownPaths(path: string): string[] {
  if (!path.split(sep).includes(OWN_FOLDER)) return [];
  const paths: string[] = [];
  for (let at = path; at !== parse(at).root; at = dirname(at)) paths.unshift(at);
  return paths.slice(paths.findIndex((one) => one.split(sep).at(-1) === OWN_FOLDER));
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
