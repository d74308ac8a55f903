/** Which scripts of the views' build a page reads: `files.json` beside them, written by esbuild.mjs. */
import * as v from 'valibot';

/** A file of the folder itself; the hash is that of what is in it. */
const FileName = v.pipe(v.string(), v.regex(/^[A-Za-z]+(-[A-Z0-9]+)?\.js$/));

const PageFiles = v.object({
  /** What the first picture waits for, the entry before all others: a page asks for them before it runs any. */
  first: v.pipe(v.array(FileName), v.minLength(1)),
  /** What is read when another view is shown, or when the page rests. */
  later: v.array(FileName),
});
export type PageFiles = v.InferOutput<typeof PageFiles>;

export const PAGE_FILES = 'files.json';

/** Throws a ValiError or a SyntaxError for what esbuild.mjs did not write. */
export function readPageFiles(text: string): PageFiles {
  return v.parse(PageFiles, JSON.parse(text));
}
