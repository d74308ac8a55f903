/**
 * Entry of every analysis thread (dist/analysisWorker.cjs). One thread, the coordinator,
 * answers the engine's requests and splits them into tasks; the others, the compute threads, read maps and run kernels.
 */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { startComputeThread, type ComputeData } from './compute/computeThread.js';
import { startCoordinator, type CoordinatorData } from './coordinator/coordinator.js';

if (isMainThread || !parentPort) throw new Error('this file runs as a worker thread of AnalysisEngine');

// Given by AnalysisEngine and by the coordinator alone.
const data = workerData as CoordinatorData | ComputeData;
if (data.role === 'coordinator') startCoordinator(parentPort, data);
else startComputeThread(parentPort);
