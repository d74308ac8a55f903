/** Information, similarity, redundancy and ablation of the made-up runs, by formula: what the information view asks. */
import type { AblatedChannels, AblationQuestion, AblationResult } from '../../src/protocol/ablation.js';
import type {
  CkaResult,
  LayerMiResult,
  LayerMiValue,
  MeasureRequest,
  NullBand,
  Provenance,
  RedundancyResult,
} from '../../src/protocol/measure.js';
import { parseQuery } from '../../src/protocol/queryText.js';
import type { CallOptions } from '../../src/protocol/rpc.js';
import type { RunDescription } from '../../src/protocol/run.js';
import type { Host } from '../../webview/host/host.js';
import { indicesOf } from '../../webview/selection/bands.js';
import { epochBands, layerBands } from '../../webview/selection/terms.js';
import { factsOf } from '../../webview/state/facts.js';
import { exampleHost, type ExampleHost, type ExampleHostOptions } from './exampleHost.js';

/** A host that answers the measures of the information view too. */
export function informationHost(
  run: RunDescription,
  options: ExampleHostOptions & { readonly ablationDelay?: number } = {},
): ExampleHost {
  const host = exampleHost(run, options);
  const call: Host['call'] = async (method, input, more) => {
    if (method === 'ablation') await pass(options.ablationDelay ?? 0, more);
    const request = input as MeasureRequest;
    const mine = method === 'measure' && !options.failing?.includes('measure') && !options.delay;
    const result = mine ? informationAnswer(run, options, request) : null;
    // The answer of this method is the union that this result is part of.
    return result ? (result as never) : host.call(method, input, more);
  };
  return { ...host, call };
}

/** Milliseconds go by, of which progress is told until nobody waits. */
async function pass(milliseconds: number, call: CallOptions = {}): Promise<void> {
  for (let step = 0; step < 10 && milliseconds > 0 && !call.signal?.aborted; step++) {
    call.onProgress?.({ fraction: step / 10 });
    await new Promise((resolve) => setTimeout(resolve, milliseconds / 10));
  }
}

function informationAnswer(
  run: RunDescription,
  options: ExampleHostOptions,
  request: MeasureRequest,
): LayerMiResult | CkaResult | RedundancyResult | null {
  switch (request.measure) {
    case 'layer-mi':
      return layerMi(run, options, request);
    case 'cka':
      return cka(run, request);
    case 'redundancy':
      return redundancy(run, options, request);
    default:
      return null;
  }
}

function sliceOf(run: RunDescription, text: string): { layers: number[]; epochs: number[] } {
  const query = parseQuery(text);
  const facts = factsOf(run);
  return {
    layers: indicesOf(layerBands(query.layers, facts.layers)),
    epochs: indicesOf(epochBands(query.epochs, facts.epochCount, facts.lastWhole)),
  };
}

function provenance(run: RunDescription, measure: Provenance['measure'], estimator: string): Provenance {
  const n = run.manifest.probes.count;
  return { measure, estimator, parameters: {}, n, unit: measure === 'layer-mi' ? 'bits' : 'share', version: '1' };
}

function layerMi(run: RunDescription, options: ExampleHostOptions, request: MeasureRequest): LayerMiResult {
  const { layers, epochs } = sliceOf(run, request.query);
  const { estimator = 'binned', units = false, permutations = 0 } = request.options ?? {};
  const values = layers.flatMap((layer) =>
    epochs.flatMap((epoch) => {
      const channels = units ? [...Array(run.manifest.layers[layer].channelCount).keys()] : [null];
      return channels.map((unit) => valueOf(run, options, layer, epoch, unit, estimator, permutations));
    }),
  );
  return {
    measure: 'layer-mi',
    provenance: provenance(run, 'layer-mi', 'by formula'),
    estimator,
    values,
    pairs: [],
    converged: layers.map((layer) => ({ layer, unit: null, input: 1, label: Math.min(3, epochs.at(-1) ?? 0) })),
  };
}

function valueOf(
  run: RunDescription,
  options: ExampleHostOptions,
  layer: number,
  epoch: number,
  unit: number | null,
  estimator: string,
  permutations: number,
): LayerMiValue {
  const ceiling = run.manifest.classNames.length > 0 ? Math.log2(run.manifest.classNames.length) : null;
  const depth = layer / run.manifest.layers.length;
  const settle = 1 - Math.exp(-epoch / 2);
  const dead = unit !== null && options.dead?.[layer]?.includes(unit);
  const ofUnit = dead ? 0 : 0.05 + 0.9 * Math.abs(Math.sin(1 + layer * 3 + (unit ?? 0) * 1.7)) * settle;
  const label =
    ceiling === null ? null : unit === null ? ceiling * (0.4 + 0.1 * depth + 0.45 * depth * settle) : ofUnit;
  const input = Math.log2(run.manifest.probes.count) * (0.75 - 0.4 * depth + 0.08 * (1 - settle));
  const upper = estimator === 'kde';
  const nullBits = unit === null ? 0.7 * (1 - depth) : 0.04;
  const band: NullBand | null =
    permutations > 0 && label !== null
      ? {
          permutations,
          seed: 1,
          meanBits: nullBits * 0.9,
          lowBits: nullBits * 0.8,
          highBits: nullBits,
          maximumBits: nullBits,
        }
      : null;
  return {
    ...{ layer, epoch, unit, labelBits: label, inputBits: unit === null ? input : null },
    ...{ inputUpperBits: upper ? input * 1.2 : null, labelUpperBits: upper && label !== null ? label * 1.05 : null },
    ...{ inputMillerMadowBits: null, labelMillerMadowBits: null, inputNull: null, labelNull: band },
    labelUpperNull: upper ? band : null,
    ...{ inputCeilingBits: Math.log2(run.manifest.probes.count), labelCeilingBits: ceiling },
    ...{ inputHalfWidthBits: 0.05, labelHalfWidthBits: label === null ? null : unit === null ? 0.03 : 0.06 },
    ...{ inputUpperHalfWidthBits: 0.05, labelUpperHalfWidthBits: label === null ? null : 0.03 },
    ...{ noiseVariance: upper ? 0.1 : null, n: run.manifest.probes.count, d: 1, nonFiniteCount: 0, reason: null },
  };
}

function cka(run: RunDescription, request: MeasureRequest): CkaResult {
  const { layers, epochs } = sliceOf(run, request.query);
  const between = request.options?.between ?? 'layers';
  const items = between === 'layers' ? layers : epochs;
  const at = (a: number, b: number): number => Math.exp(-0.12 * Math.abs(a - b));
  return {
    measure: 'cka',
    provenance: provenance(run, 'cka', 'linear, unbiased HSIC'),
    between,
    values: [
      {
        epoch: between === 'layers' ? (epochs[0] ?? 0) : null,
        layer: between === 'epochs' ? (layers[0] ?? 0) : null,
        items,
        values: items.flatMap((a) => items.map((b) => at(a, b))),
        halfWidths: null,
        n: run.manifest.probes.count,
        nonFiniteCount: 0,
        reason: null,
      },
    ],
  };
}

function redundancy(run: RunDescription, options: ExampleHostOptions, request: MeasureRequest): RedundancyResult {
  const { layers, epochs } = sliceOf(run, request.query);
  return {
    measure: 'redundancy',
    provenance: provenance(run, 'redundancy', '|r| ≥ 0.95 of centred maps'),
    values: layers.flatMap((layer) =>
      epochs.map((epoch) => {
        const dead = [...(options.dead?.[layer] ?? [])];
        return {
          ...{ layer, epoch, channelCount: run.manifest.layers[layer].channelCount },
          ...{ dead, deadSince: dead.map(() => 1), saturated: [] },
          pairs: layer === 1 ? [{ a: 0, b: 3, r: 0.99, bits: 1.2, share: 0.48, nullShare: 0.01 }] : [],
          ...{ recommendedCount: 9, stable: true, n: run.manifest.probes.count, nonFiniteCount: 0, reason: null },
        };
      }),
    ),
  };
}

/** A dead channel changes nothing, any other a little, all together everything. */
export function exampleAblation(
  run: RunDescription,
  options: ExampleHostOptions,
  { layer, epoch, sets, together = [], replacement = 'zero' }: AblationQuestion,
): AblationResult {
  const { probes, classNames, layers } = run.manifest;
  const n = probes.count;
  const correct = Math.round(0.97 * n);
  const aliveShare = (part: AblatedChannels): number =>
    part.channels.filter((channel) => !options.dead?.[part.layer]?.includes(channel)).length /
    layers[part.layer].channelCount;
  return {
    measure: 'ablation',
    provenance: provenance(run, 'ablation', 'held-out accuracy, by formula'),
    ...{ layer, epoch, replacement, together, n, heldOut: true, otherThanRecorded: 0 },
    whole: { correct, accuracy: correct / n },
    values: sets.map((channels) => {
      const share = [{ layer, channels }, ...together].reduce((sum, part) => sum + aliveShare(part), 0);
      const lost = Math.round(correct * 0.9 * Math.min(1, share) ** 2);
      const change = -lost / n;
      return {
        ...{ channels, correct: correct - lost, accuracy: (correct - lost) / n, change, changedAnswers: lost },
        halfWidth: 1.96 * Math.sqrt(Math.max(0, -change - change ** 2) / n),
        answers: classNames.map(() => n / Math.max(1, classNames.length)),
      };
    }),
  };
}
