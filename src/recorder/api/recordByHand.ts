/** The recorder's side of `record`: what a script says of its own training loop becomes the recording of a fit. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Model, SequentialInternals } from '../hooks/layersApi.js';
import type { Fit, ProbeTargets } from '../hooks/watchFit.js';
import type { TrainingRecorder } from '../training/trainingRecorder.js';
import type * as api from './cnnslicer.js';
import { RECORDER } from './recorderName.js';

const EXPECTED_EPOCHS = 50;

/** Leaves `record` where dist/api.cjs finds it. */
export function offerRecord(recorder: TrainingRecorder): void {
  const record: typeof api.record = (model, options) => recordByHand(recorder, model, options);
  Object.defineProperty(globalThis, RECORDER, { value: record, configurable: true });
}

function recordByHand(recorder: TrainingRecorder, model: api.ModelLike, options: api.RecordOptions): api.Recording {
  const fit = asFit(model, options);
  recorder.recordByHand(fit);
  return {
    active: true,
    epoch: async (values = {}) => {
      recorder.endEpoch(fit, values, 1);
      // The loop may never leave the queue of microtasks: signals and messages get their turn here.
      await new Promise<void>((resolve) => setImmediate(resolve));
    },
    end: () => recorder.endByHand(fit),
  };
}

function asFit(given: api.ModelLike, { probes, classNames, metrics, epochs, name }: api.RecordOptions): Fit {
  // `record` has checked that these are a model and tensors.
  const outer = given as unknown as Model;
  const inputs = [probes.inputs].flat() as unknown as Tensor[];
  return {
    model: computing(outer),
    outer,
    data: { kind: 'probes', inputs, targets: targetsOf(probes.labels) },
    epochCount: epochs ?? EXPECTED_EPOCHS,
    isOpenEnded: epochs === undefined,
    batchesPerEpoch: null,
    metricNames: metrics ?? ['loss'],
    ...(classNames ? { classNames } : {}),
    ...(name === undefined ? {} : { name }),
  };
}

/** A Sequential makes the model that computes when it is first used, which may be now. */
function computing(outer: Model): Model {
  const sequential = outer as SequentialInternals;
  // Without an argument it builds from the input shape of its first layer.
  if (!sequential.model && outer.getClassName() === 'Sequential')
    quietly(() => (outer as { build(shape?: number[]): void }).build());
  return sequential.model ?? outer;
}

/** What cannot be built is refused when its recording starts. */
function quietly(build: () => void): void {
  try {
    build();
  } catch {
    return;
  }
}

/** A tensor of one whole number a sample is its class. */
function targetsOf(labels: api.Probes['labels']): ProbeTargets | null {
  if (labels === undefined) return null;
  if (!('shape' in labels)) return { classes: Int32Array.from(labels) };
  if (labels.shape.length === 1 || labels.shape[1] === 1) {
    const values = labels.dataSync();
    if (Array.from(values).every(Number.isInteger)) return { classes: Int32Array.from(values) };
  }
  return { tensor: labels as unknown as Tensor };
}
