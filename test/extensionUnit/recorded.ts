/** Recorded layers and reports with the few facts that a test is about; the rest is filled in. */
import type { LayerReport } from '../../src/protocol/measure.js';
import {
  annotated,
  NO_ANNOTATIONS,
  type AnnotatedRun,
  type RunAnnotations,
} from '../../src/extension/runs/runAnnotations.js';
import type { Layer, RunSummary } from '../../src/protocol/run.js';

export function layer(index: number, className: string, facts: Partial<Layer> = {}): Layer {
  return {
    index,
    name: `${className.toLowerCase()}_${index}`,
    className,
    kind: 'conv',
    outputShape: [8, 8, 4],
    channelCount: 4,
    mapShape: [8, 8],
    parameterCount: 0,
    trainable: true,
    activation: null,
    inputs: [],
    config: {},
    source: null,
    path: `layers/${index}`,
    weights: [],
    ...facts,
  };
}

export function report(of: Layer, bits: number | null, facts: Partial<LayerReport> = {}): LayerReport {
  return {
    layer: of.index,
    epoch: 10,
    inter: null,
    intraByEpoch: [],
    intraBits: bits,
    intraHalfWidthBits: bits === null ? null : 0.012,
    intraProvenance: {
      measure: 'intra',
      estimator: 'plug-in, 32 bins over each map’s range',
      parameters: { range: 'map', bins: 32 },
      n: 1000,
      unit: 'bits',
      version: '1',
    },
    channels: { layer: of.index, epoch: 10, dead: [], deadSince: [] },
    ...facts,
  };
}

export function summary(facts: Partial<RunSummary> = {}): RunSummary {
  return {
    id: 'r',
    folder: '/w/.cnnslicer/runs/r',
    name: 'train',
    createdAt: '2026-01-02T03:04:05Z',
    status: { state: 'finished', endedAt: '2026-01-02T03:14:05Z', stopped: false },
    epochs: [0, 1, 2],
    lastEpoch: 2,
    accuracy: { correct: 467, n: 500, heldOut: true, reported: null },
    byteCount: 1000,
    ...facts,
  };
}

export function listed(id: string, facts: Partial<RunSummary> = {}, said: Partial<RunAnnotations> = {}): AnnotatedRun {
  const run = summary({ id, folder: `/w/.cnnslicer/runs/${id}`, ...facts });
  return annotated(run, { ...NO_ANNOTATIONS, ...said });
}
