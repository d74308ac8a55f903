/**
 * What people say of a run: a name of their own, tags, a pin. Kept beside the recording, in the run folder's
 * `annotations.json`, so that it goes where the run goes; the recording itself is never changed.
 */
import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { Failure } from '../../protocol/failure.js';
import type { RunSummary } from '../../protocol/run.js';
import { refusePlantedLink } from '../../store/safety/plantedLinks.js';

export const ANNOTATIONS_FILE = 'annotations.json';
/** Nobody writes more by hand; a file that is longer is not read. */
const MOST_BYTES = 65_536;
const MOST_TAGS = 20;
export const LONGEST_NAME = 200;
const LONGEST_TAG = 50;

const Annotations = v.object({
  /** Null: as the recording calls it. */
  name: v.fallback(v.nullable(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(LONGEST_NAME))), null),
  pinned: v.fallback(v.boolean(), false),
  tags: v.fallback(
    v.pipe(v.array(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(LONGEST_TAG))), v.maxLength(MOST_TAGS)),
    [],
  ),
});
export type RunAnnotations = v.InferOutput<typeof Annotations>;

export const NO_ANNOTATIONS: RunAnnotations = { name: null, pinned: false, tags: [] };

/** A run of the list, with what people say of it; `name` is theirs where they gave one. */
export interface AnnotatedRun extends RunSummary {
  readonly annotations: RunAnnotations;
  /** As the recording calls it. */
  readonly recordedName: string;
}

export function annotated(run: RunSummary, annotations: RunAnnotations): AnnotatedRun {
  return { ...run, name: annotations.name ?? run.name, recordedName: run.name, annotations };
}

/** None where nothing was said, or what is there cannot be read: a note must never hide a run. */
export async function readAnnotations(folder: string): Promise<RunAnnotations> {
  try {
    const path = join(folder, ANNOTATIONS_FILE);
    const stat = await fs.lstat(path);
    if (!stat.isFile() || stat.size > MOST_BYTES) return NO_ANNOTATIONS;
    const read = v.safeParse(Annotations, JSON.parse(await fs.readFile(path, 'utf8')));
    return read.success ? read.output : NO_ANNOTATIONS;
  } catch {
    return NO_ANNOTATIONS;
  }
}

/** Whole or not at all. Throws an `environment` Failure where the folder cannot be written, or is reached by a link. */
export async function writeAnnotations(folder: string, annotations: RunAnnotations): Promise<void> {
  const doing = `saving the name, tags and pin of the run in ${folder}`;
  refusePlantedLink(folder, doing);
  const path = join(folder, ANNOTATIONS_FILE);
  const written = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await fs.writeFile(written, `${JSON.stringify(annotations, null, 2)}\n`, { flag: 'wx' });
    // A link that somebody put there is replaced, not followed.
    await fs.rename(written, path);
  } catch (error) {
    await fs.rm(written, { force: true });
    throw new Failure(
      {
        kind: 'environment',
        doing,
        wrong: error instanceof Error ? error.message : String(error),
        tryThis: 'Check that the folder is writable.',
      },
      { cause: error },
    );
  }
}

/** "baseline, lr 0.01" as tags: trimmed, each once, at most 20. */
export function tagsIn(text: string): string[] {
  const tags = text.split(',').map((tag) => tag.trim().replace(/\s+/g, ' ').slice(0, LONGEST_TAG));
  return [...new Set(tags.filter(Boolean))].slice(0, MOST_TAGS);
}
