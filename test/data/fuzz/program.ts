/**
 * `node --import tsx program.ts <seconds> <seed> <folder> [control]`: attacks every parser in turn and prints
 * one line of JSON: per parser how many files were read and refused, the slowest, and what must not be –
 * errors that are no Failure, with the file that made them.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../../src/protocol/failure.js';
import { seededRandom } from '../../../src/recorder/model/seededRandom.js';
import { peakMemory } from '../../setup/peakMemory.mjs';
import { mutate, type Random } from './mutate.js';
import { CONTROL, TARGETS, type Target } from './targets.js';

export interface TargetReport {
  readonly name: string;
  read: number;
  refused: number;
  slowestMilliseconds: number;
  /** Errors that are no Failure. */
  readonly crashes: string[];
}

/** However slow the machine is. */
const CASES_AT_LEAST = 200;

async function main([seconds = '10', seed = '1', folder = '.', control]: readonly string[]): Promise<void> {
  const targets = control === 'control' ? [CONTROL] : TARGETS;
  const random = seededRandom(Number(seed));
  const reports: TargetReport[] = [];
  for (const target of targets)
    reports.push(await attack(target, random, (1000 * Number(seconds)) / targets.length, folder));
  process.stdout.write(JSON.stringify({ reports, peakMebibytes: Math.round(peakMemory() / 2 ** 20) }));
}

async function attack(target: Target, random: Random, milliseconds: number, folder: string): Promise<TargetReport> {
  const report: TargetReport = { name: target.name, read: 0, refused: 0, slowestMilliseconds: 0, crashes: [] };
  const file = join(folder, 'attacked');
  const until = performance.now() + milliseconds;
  for (let round = 0; round < CASES_AT_LEAST || performance.now() < until; round++) {
    // The good files first, so that what they reach is known to be reached.
    const good = target.seeds[round];
    const seed = good ?? (target.seeds[random(target.seeds.length)] as Buffer);
    const bytes = target.wrap(good ?? mutate(seed, random), random);
    writeFileSync(file, bytes);
    const started = process.cpuUsage();
    const outcome = await target.read(file).catch((error: unknown) => error);
    if (outcome instanceof Failure) report.refused++;
    else if (outcome instanceof Error) report.crashes.push(`${String(outcome.stack)}\n${bytes.toString('base64')}`);
    else report.read++;
    const { user, system } = process.cpuUsage(started);
    report.slowestMilliseconds = Math.max(report.slowestMilliseconds, (user + system) / 1000);
    if (report.crashes.length > 3) break;
  }
  return report;
}

void main(process.argv.slice(2));
