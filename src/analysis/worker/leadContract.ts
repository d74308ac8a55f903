/** What requests of arrays are made of, and what a lead thread is started with; leadRequests.ts lists the requests. */
import type { MeasureOptions } from '../../protocol/measure.js';
import type { SharedMemory } from '../kernelHost/webAssembly.js';
import type { ArrayPart } from './arraysInSlot.js';
import type { IntraArrayShape } from './arrayMeasures.js';

/** Float32 values that the caller has put at the first address that `KernelMemory` gives out. */
export interface ArrayInMemory {
  readonly memory: SharedMemory;
  readonly length: number;
}

export interface ArraysInput {
  readonly array: ArrayInMemory;
  readonly n: number;
  /** One after another; the first and the last are A and B. */
  readonly parts: readonly ArrayPart[];
  /** Class of each sample; null where there are none. */
  readonly labels: Int32Array | null;
}

export interface StateInFolder {
  readonly folder: string;
  readonly epoch: number | null;
}

export interface InterArrayInput {
  readonly array: ArrayInMemory;
  readonly n: number;
  readonly d: number;
  readonly options: MeasureOptions;
}

export interface IntraArrayInput {
  readonly array: ArrayInMemory;
  readonly shape: IntraArrayShape;
}

export interface LeadData {
  readonly role: 'lead';
  /** The bundle that threads run: this very file. */
  readonly workerFile: string;
  readonly kernelsFolder: string;
  readonly threads: number;
  readonly memoryLimitBytes: number;
  /** Whether results are written to the runs' cache folders. */
  readonly keepsResults: boolean;
}
