/**
 * `node --import tsx fuzzParsers.ts <cases of each> <seed> [control]`: attacks every parser of parserTargets.ts and
 * prints as one line of JSON how often, and what must not be.
 */
import { seededRandom } from '../../../src/recorder/model/seededRandom.js';
import { mutate } from '../../data/fuzz/mutate.js';
import { peakMemory } from '../../setup/peakMemory.mjs';
import { BELIEVING, PARSERS, type ParserTarget } from './parserTargets.js';

export interface FuzzReport {
  readonly count: number;
  readonly violations: readonly string[];
  readonly peakMebibytes: number;
}

const MILLISECONDS = 1000;

async function attack(target: ParserTarget, cases: number, seed: number): Promise<string[]> {
  const random = seededRandom(seed);
  const violations: string[] = [];
  let [read, refused] = [0, 0];
  for (let round = 0; round < cases && violations.length < 5; round++) {
    const good = target.seeds[round];
    const mutated = good ?? mutate(target.seeds[random(target.seeds.length)]!, random);
    const bytes = target.wrap?.(mutated, random) ?? mutated;
    const started = process.cpuUsage();
    try {
      if (await target.read(bytes)) read++;
      else refused++;
    } catch (error) {
      violations.push(`${target.name}: ${String(error)} of ${bytes.toString('base64').slice(0, 2000)}`);
    }
    const { user, system } = process.cpuUsage(started);
    if (user + system > 1000 * MILLISECONDS) violations.push(`${target.name}: ${(user + system) / 1000} ms`);
  }
  if (read === 0 || refused === 0) violations.push(`${target.name}: ${read} read, ${refused} refused`);
  return violations;
}

async function main([cases = '100', seed = '1', control]: readonly string[]): Promise<void> {
  const targets = control === 'control' ? [BELIEVING] : PARSERS;
  const violations: string[] = [];
  for (const target of targets) violations.push(...(await attack(target, Number(cases), Number(seed))));
  const peakMebibytes = Math.round(peakMemory() / 2 ** 20);
  const report: FuzzReport = { count: Number(cases) * targets.length, violations, peakMebibytes };
  process.stdout.write(JSON.stringify(report));
}

void main(process.argv.slice(2));
