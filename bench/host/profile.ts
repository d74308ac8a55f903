/** Profiles of the extension host, taken from within. */
import { writeFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import type { Turn } from './turns.js';

/** Ends the profile; with CNNSLICER_PROFILES, a folder, it is written there by that name, with its turns. */
export type EndProfile = (name: string, turns: readonly Turn[]) => Promise<Profiler.Profile>;

export async function startProfile(): Promise<EndProfile> {
  const folder = process.env['CNNSLICER_PROFILES'];
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  return async (name, turns) => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    if (folder !== undefined) {
      const file = join(folder, `${name.replace(/\W+/g, '-')}.cpuprofile`);
      writeFileSync(file, JSON.stringify({ ...profile, turns }));
    }
    return profile;
  };
}
