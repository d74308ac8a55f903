/**
 * Entry of every analysis thread (dist/analysisWorker.cjs). One lead thread answers the engine's
 * requests and gives out work; the others ("hands") read maps and run kernels.
 */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { startHand, type HandData } from './hand.js';
import { startLead } from './lead.js';
import type { LeadData } from './leadContract.js';

if (isMainThread || !parentPort) throw new Error('this file runs as a worker thread of AnalysisEngine');

// Given by AnalysisEngine and by the lead thread alone.
const data = workerData as LeadData | HandData;
if (data.role === 'lead') startLead(parentPort, data);
else startHand(parentPort);
