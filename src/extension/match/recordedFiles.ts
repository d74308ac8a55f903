/**
 * Which of the files that a recording names is a file of today: the one at its place, or one that was moved and
 * not edited. A copy is not the file: as long as the recorded place holds one, only that one is meant.
 */
import { realpath } from 'node:fs/promises';

export interface TodaysFile {
  readonly path: string;
  /** SHA-256 of its text as it could be on disk. */
  readonly hashes: readonly string[];
}

/** What is asked of the disk. */
export interface RecordedPlaces {
  /** A recorded path as a file of today; null where it may not be looked at. */
  locate(recorded: string): string | null;
  /** The path behind links; null where nothing is there. */
  real(file: string): Promise<string | null>;
}

/** Paths as recorded. `files` are those that the run's layers name, with their hashes. */
export async function recordedPaths(
  today: TodaysFile,
  files: readonly { readonly path: string; readonly sha256: string | null }[],
  places: RecordedPlaces,
): Promise<Set<string>> {
  const same = new Set<string>();
  const real = await places.real(today.path);
  for (const { path, sha256 } of files) {
    const candidate = places.locate(path);
    if (candidate === null) continue;
    const there = candidate === today.path ? real : await places.real(candidate);
    const isHere = candidate === today.path || (there !== null && there === real);
    const wasMoved = there === null && sha256 !== null && today.hashes.includes(sha256.toLowerCase());
    if (isHere || wasMoved) same.add(path);
  }
  return same;
}

/** For `RecordedPlaces.real`. */
export function realFile(file: string): Promise<string | null> {
  return realpath(file).catch(() => null);
}
