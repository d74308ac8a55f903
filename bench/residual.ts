/**
 * A residual network of 22 convolutions with batch normalisation on CIFAR-10's JPEG folders, 3 epochs, under a
 * budget of 500 MB: what recording costs, how true the forecast is, and how much memory the process takes.
 */
import { join } from 'node:path';
import { overheadRows } from './recording.js';
import type { Row } from './row.js';
import { benchEngines, root, trainBare, trainRecorded, type BenchEngine, type RecordedTraining } from './trainings.js';
import { dataFolder, noData } from '../test/setup/data.mjs';

/** All that the folders hold. */
const [TRAIN, VALIDATION, EPOCHS] = [2000, 500, 3];
const PROBES = VALIDATION;
const BYTE_BUDGET = 500e6;

const cifar = dataFolder('cifar10') ?? '';
const script = join(root, 'bench', 'scripts', 'residual.mjs');

export async function benchResidual(): Promise<Row[]> {
  if (!cifar) {
    console.log(`left out: ${noData}`);
    return [];
  }
  const rows: Row[] = [];
  for (const engine of benchEngines()) rows.push(...(await onEngine(engine)));
  return rows;
}

async function onEngine(engine: BenchEngine): Promise<Row[]> {
  const plan = { probes: PROBES, byteBudget: BYTE_BUDGET };
  const recorded = await trainRecorded(engine, script, scriptArguments(0), plan);
  const bare = await trainBare(engine, script, scriptArguments(0));
  const forward = await trainBare(engine, script, scriptArguments(PROBES));
  console.log(
    `${engine}: ${sizes(recorded)}; peak memory ${megabytes(recorded.peakBytes)}, bare ${megabytes(bare.peakBytes)}`,
  );
  const what = `a residual network on CIFAR-10 recorded, ${engine}`;
  return overheadRows(what, { bare, forward, recorded, goal: null });
}

function sizes({ forecastBytes, bytesOnDisk }: RecordedTraining): string {
  const apart = (100 * Math.abs(bytesOnDisk - forecastBytes)) / forecastBytes;
  const budget = bytesOnDisk <= BYTE_BUDGET ? 'within' : 'OVER';
  return `forecast ${megabytes(forecastBytes)}, on disk ${megabytes(bytesOnDisk)} (${apart.toFixed(1)} % apart, ${budget} the budget of ${megabytes(BYTE_BUDGET)})`;
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? 'not said' : `${Math.round(bytes / 1e6)} MB`;
}

function scriptArguments(predicted: number): string[] {
  return [cifar, TRAIN, VALIDATION, EPOCHS, predicted].map(String);
}
