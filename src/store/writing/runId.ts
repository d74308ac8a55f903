/** Names of run folders: "20250131-235959-train". */
import { promises as fs } from 'node:fs';
import { pathSegment } from '../safety/runPaths.js';

/** A name for a run that begins now, which nothing in the folder has yet. */
export async function newRunId(runsFolder: string, name: string, now: Date): Promise<string> {
  const id = `${timeStamp(now)}-${namePart(name)}`;
  const taken = new Set(await fs.readdir(runsFolder).catch(() => []));
  for (let n = 2, candidate = id; ; candidate = `${id}-${n++}`) {
    if (!taken.has(candidate)) return candidate;
  }
}

/** Whether this could be the name of a run folder on every operating system. */
export function isRunId(name: string): boolean {
  return pathSegment(name) === name;
}

/** With time and number it is at most as long as a segment; "run" where nothing of the name can be kept (日本.js). */
function namePart(name: string): string {
  const part = pathSegment(name).slice(0, 56);
  return part.replace(/[._-]+$/, '') || 'run';
}

/** In local time, as a person reads a clock. */
function timeStamp(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${date}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}
