/** Row 24: archives and pictures that unpack to more than they say: refused at the limit, soon and in little memory. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { readFile } from 'node:fs/promises';
import { Failure } from '../../../src/protocol/failure.js';
import { bombs as everyBomb, type Bomb } from '../../data/bombs.js';
import { Files } from '../../data/makeFiles.js';
import { reason, type TrustRow } from '../row.js';

const SECONDS = 2;
const MEBIBYTES = 256;

/** Making the bomb's file is within the limits, too. */
async function violationsOf([name, read, words]: Bomb): Promise<string[]> {
  const memory = process.memoryUsage().arrayBuffers;
  const started = process.cpuUsage();
  const refusal = await read().then(
    () => 'it was not refused',
    (error: unknown) => (error instanceof Failure && words.test(error.message) ? null : `refused as ${reason(error)}`),
  );
  const { user, system } = process.cpuUsage(started);
  const mebibytes = (process.memoryUsage().arrayBuffers - memory) / 2 ** 20;
  return [
    ...(refusal === null ? [] : [`${name}: ${refusal}`]),
    ...((user + system) / 1e6 > SECONDS ? [`${name}: ${(user + system) / 1e6} s`] : []),
    ...(mebibytes > MEBIBYTES ? [`${name}: ${mebibytes.toFixed(0)} MiB`] : []),
  ];
}

export const bombs: TrustRow = {
  number: 24,
  what: 'archives with false sizes, overlapping entries, decompression bombs',
  promise: 'refused at the limit',
  goal: '50 archives, ≤ 256 MB, ≤ 2 s',
  async *check(effort) {
    const all = everyBomb(new Files());
    const chosen = effort.full ? all : all.filter((_, index) => index % 4 === 0);
    const violations: string[] = [];
    for (const bomb of chosen) violations.push(...(await violationsOf(bomb)));
    yield { what: 'archives and pictures', count: chosen.length, violations };
  },
  async control() {
    const file = new Files().write('a.gz', gzipSync(Buffer.alloc((MEBIBYTES + 16) * 2 ** 20), { level: 1 }));
    const kept: Buffer[] = [];
    const unpack = async (): Promise<void> => {
      kept.push(gunzipSync(await readFile(file)));
      throw new Error(`${kept.length}`);
    };
    const violations = await violationsOf(['a loader that unpacks first', unpack, /./]);
    return { what: 'a loader that unpacks without a limit', violations };
  },
};
