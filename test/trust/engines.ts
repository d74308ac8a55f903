/** Analysis engines over small recorded runs, with threads that a test can break. */
import { Worker } from 'node:worker_threads';
import { AnalysisEngine, type EngineOptions } from '../../src/analysis/engine.js';
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';
import { buildWorker, type BuiltWorker } from '../engine/builtWorker.js';

let built: Promise<BuiltWorker> | undefined;

/** The worker's bundle and kernels, made once. */
export function engineFiles(): Promise<BuiltWorker> {
  return (built ??= buildWorker());
}

export interface BreakableEngine {
  readonly engine: AnalysisEngine;
  /** Threads that were started; the first leads. */
  readonly threads: readonly Worker[];
}

/** `inFront` is JavaScript that runs in each thread before its own code. */
export async function startEngine(
  options: Partial<EngineOptions> & { inFront?: string; heapMebibytes?: number } = {},
): Promise<BreakableEngine> {
  const { inFront = '', heapMebibytes, createWorker: given, ...others } = options;
  const limits = heapMebibytes === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: heapMebibytes } };
  const files = await engineFiles();
  const threads: Worker[] = [];
  const createWorker: EngineOptions['createWorker'] = (file, workerData) => {
    const code = `${inFront};require(${JSON.stringify(file)})`;
    const own = (): Worker => new Worker(file, { workerData, execArgv: [] });
    const worker = inFront
      ? new Worker(code, { eval: true, workerData, execArgv: [], ...limits })
      : (given?.(file, workerData) ?? own());
    threads.push(worker);
    return worker;
  };
  return { engine: new AnalysisEngine({ ...files, threads: 2, createWorker, ...others }), threads };
}

export function noise(samples: number, dimensions: number): Float32Array {
  const values = new Float32Array(samples * dimensions);
  fillStandardNormal(values, 3);
  return values;
}
