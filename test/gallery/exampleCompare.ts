/** Comparisons of the made-up run with another one, by formula: smaller entropies, fewer dead channels, one layer more. */
import type { Change, CompareCandidate, ComparedLayer, Comparison } from '../../src/protocol/compare.js';
import type { ControlQuestion, ControlResult } from '../../src/protocol/control.js';
import type { MetricsResult } from '../../src/protocol/measure.js';
import type { RunDescription } from '../../src/protocol/run.js';

const OTHER = '20261120-101500-plain';

export function exampleCandidates({ manifest, summary }: RunDescription): CompareCandidate[] {
  const { id, name, createdAt, script } = manifest;
  const own = { id, name, createdAt, script: script.file, git: manifest.git, epochs: summary.epochs, own: true };
  const git = { commit: '054b3a53aa', branch: 'main', dirty: false };
  return [own, { ...own, id: OTHER, name: 'plain', createdAt: '2026-11-20T10:15:00Z', git, own: false }];
}

export function exampleComparison(run: RunDescription): Comparison {
  const { manifest, summary } = run;
  const [own, other] = exampleCandidates(run);
  const epoch = summary.epochs.at(-1) ?? 0;
  const state = (one: CompareCandidate) => ({ ...one, epoch, probeCount: manifest.probes.count });
  return {
    from: state(other),
    to: state(own),
    sameProbes: true,
    otherStart: true,
    layers: manifest.layers.map((layer): ComparedLayer => {
      const { index, name, className, outputShape, channelCount, source } = layer;
      const place = { index, name, className, shape: outputShape, channelCount, source };
      const isNew = index === 2;
      const bits = (side: number): number[] =>
        Array.from({ length: channelCount }, (_, c) => 3.2 - side * 0.3 + Math.sin(c + index + side));
      return {
        from: isNew ? null : place,
        to: place,
        changedArguments: index === 1 ? ['filters 8 → 16'] : [],
        inter: isNew ? null : change(14.2 - 0.05 * index, 0.02 * Math.sin(index), 0.01),
        intra: isNew ? null : change(3.1 - 2 * (index / manifest.layers.length), -0.4 * Math.cos(index), 0.02),
        dead: { from: isNew ? null : index === 4 ? channelCount : index % 3, to: 0 },
        channels: { from: isNew ? [] : bits(0), to: bits(1) },
        curves: { from: isNew ? [] : curve(summary.epochs, 3), to: curve(summary.epochs, 2.7) },
        notes: [],
      };
    }),
    accuracy: {
      ...change(0.917, 0.012, 0.008),
      n: 500,
      judged: { from: { correct: 459, n: 500, heldOut: true }, to: { correct: 465, n: 500, heldOut: true } },
    },
    classes: manifest.classNames.map((name, i) => ({
      name,
      labelGivenPrediction:
        i === 3 ? { ...change(0.4, 0, 0), from: null, difference: null } : change(0.4, 0.02 * i, 0.05),
      predictionGivenLabel: change(0.5, -0.03 * i, 0.05),
    })),
    metrics: { from: metrics(summary.epochs, 0.4), to: metrics(summary.epochs, 0.3) },
    estimators: { inter: 'k = 15', intra: '32 bins', accuracy: 'matched proportions' },
  };
}

function change(from: number, difference: number, halfWidth: number): Change {
  return { from, to: from + difference, difference, halfWidth, n: 1000, paired: true };
}

function curve(epochs: readonly number[], level: number) {
  return epochs.map((epoch) => ({ epoch, bits: level + 1 / (1 + epoch) }));
}

function metrics(epochs: readonly number[], rate: number): MetricsResult {
  const provenance = {
    measure: 'metrics',
    estimator: 'by formula',
    parameters: {},
    n: 1000,
    unit: 'nats',
    version: '1',
  };
  return {
    measure: 'metrics',
    provenance: provenance as MetricsResult['provenance'],
    names: ['loss', 'held_out_accuracy'],
    values: epochs.map((epoch) => ({ epoch, values: [Math.exp(-rate * epoch), 1 - 0.9 * Math.exp(-rate * epoch)] })),
  };
}

/** The object matters and the background does not, by formula. */
export function exampleControl({ manifest }: RunDescription, { masks, samples }: ControlQuestion): ControlResult {
  const conditions = ['original', ...masks] as const;
  const kept = { original: 1, foreground: 0.2, background: 0.9, noise: 0.05 };
  const shown = [0, 1, 2, 3];
  const [width, height] = [12, 12];
  const values = Float32Array.from({ length: conditions.length * shown.length * width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width) % height];
    const inside = Math.hypot(x - 5.5, y - 5.5) < 4;
    const condition = conditions[Math.floor(at / (shown.length * width * height))];
    if (condition === 'noise') return Math.abs(Math.sin(at * 12.9898)) % 1;
    if (condition === 'foreground') return inside ? 0.2 : 0.2 + 0.1 * (x % 2);
    return inside ? 0.9 : condition === 'background' ? 0.2 : 0.2 + 0.1 * (x % 2);
  });
  return {
    epoch: 3,
    n: Math.min(samples, manifest.probes.count),
    heldOut: true,
    conditions: conditions.map((condition) => ({
      condition,
      accuracy: { ...change(0.95, 0.95 * (kept[condition] - 1), 0.02), n: samples },
      replacedShare: 1 - kept[condition],
      withoutObject: condition === 'foreground' ? 1 : 0,
    })),
    layers: manifest.layers.map(({ index, name }) => ({
      layer: index,
      name,
      values: conditions.map((condition) => ({
        condition,
        ...{ interBits: 12 - 0.1 * index, interHalfWidthBits: 0.03, reason: null },
        ...{ labelBits: kept[condition] * (2 + 0.2 * index), labelHalfWidthBits: 0.1, labelNullBits: 0.15 },
      })),
    })),
    labelCeilingBits: Math.log2(10),
    otherThanRecorded: 0,
    methods: ['Numbers by formula.'],
    shown,
    pictures: {
      width,
      height,
      planes: 1,
      count: conditions.length * shown.length,
      values,
      minimum: 0,
      maximum: 1,
      n: conditions.flatMap(() => shown.map(() => 1)),
    },
  };
}
