/**
 * The network view's answers for the gallery: activations and weights by formula, clustered, ordered and
 * bundled by the same code as those of real runs.
 */
import { sumOfClutter } from '../../src/analysis/network/clutter.js';
import { clusterEdges } from '../../src/analysis/network/clusterEdges.js';
import { channelSources } from '../../src/analysis/network/channelSources.js';
import { clusterLayer } from '../../src/analysis/network/layerClusters.js';
import { shownLayers } from '../../src/analysis/network/networkNodes.js';
import { receptiveFields, windowOf } from '../../src/analysis/network/receptiveField.js';
import { findStages, stagesOf } from '../../src/analysis/network/stages.js';
import type {
  LayerClusters,
  NetworkOptions,
  NetworkResult,
  PatchesRequest,
  PatchSheet,
} from '../../src/protocol/network.js';
import type { Layer, RunDescription } from '../../src/protocol/run.js';
import { classPictures } from './examplePictures.js';

export function exampleNetwork(
  run: RunDescription,
  asked: NetworkOptions,
  dead: Readonly<Record<number, readonly number[]>>,
): NetworkResult {
  const { layers, classNames, probes } = run.manifest;
  const epoch = asked.epoch ?? Math.max(...run.summary.epochs);
  const shown = shownLayers({ layers });
  const stages = findStages(shown, layers);
  const clusters = shown.map(({ layer }) => clustersOf(run, layers[layer], epoch, asked, dead[layer] ?? []));
  const sources = channelSources({ layers });
  const channelsOf = (index: number) =>
    clusters.find((one) => one.layer === index)!.clusters.map((one) => one.channels);
  const edges = shown.flatMap(({ layer, inputs }) =>
    inputs.map((from) =>
      clusterEdges({
        ...{ from, to: layer, fromClusters: channelsOf(from), toClusters: channelsOf(layer) },
        sources: layers[layer].inputs.flatMap((input) => sources[input]).filter((one) => one.layer === from),
        weights: weightsOf(layers[layer], layers[layers[layer].inputs[0]].channelCount),
        identity: layers[layer].kind === 'merge',
        strongest: asked.strongest ?? 0.5,
      }),
    ),
  );
  return {
    epoch,
    nodes: shown.map((one) => ({ ...one, stages: stagesOf(one.layer, stages) })),
    stages,
    layers: clusters,
    edges,
    clutter: sumOfClutter(edges.map((one) => one.clutter)),
    provenance: {
      estimator: 'average linkage of mean activations by class, by formula',
      parameters: { linkage: 'average', classes: classNames.length },
      n: probes.count,
      version: '1',
    },
  };
}

function clustersOf(
  run: RunDescription,
  layer: Layer,
  epoch: number,
  asked: NetworkOptions,
  dead: readonly number[],
): LayerClusters {
  const classCount = Math.max(1, run.manifest.classNames.length);
  const { channelCount, index } = layer;
  const means = new Float64Array(channelCount * classCount);
  for (let c = 0; c < channelCount; c++) {
    for (let k = 0; k < classCount; k++)
      means[c * classCount + k] = dead.includes(c) ? 0 : activation(c, k, index, epoch, classCount);
  }
  const byHand = asked.counts?.findLast(([of]) => of === index)?.[1] ?? null;
  const field = receptiveFields(run.manifest)[index];
  const [height, width] = run.manifest.layers[0].mapShape;
  const receptiveField = {
    height: field?.[0] ? Math.min(height, windowOf(field[0], 0).length) : height,
    width: field?.[1] ? Math.min(width, windowOf(field[1], 0).length) : width,
  };
  return clusterLayer(
    { layer: index, channelCount, classCount, means, dead, n: run.manifest.probes.count, receptiveField },
    {
      linkage: asked.linkage ?? 'average',
      criterion: asked.criterion ?? 'silhouette',
      scale: asked.scale ?? 'share',
      count: layer.kind === 'input' ? 1 : (byHand ?? (layer.config['clusters'] as number | undefined) ?? null),
      eachUnit: index === run.manifest.layers.length - 1 && channelCount === classCount && channelCount <= 12,
      moves: (asked.moves ?? []).filter(([of]) => of === index).map(([, c, to]) => [c, to] as const),
    },
  );
}

/** Each channel answers one class most, and its neighbours less; sharper with time. */
function activation(channel: number, k: number, layer: number, epoch: number, classCount: number): number {
  const favourite = (channel * 7 + layer * 3) % classCount;
  const distance = Math.min((k - favourite + classCount) % classCount, (favourite - k + classCount) % classCount);
  const sharpness = 0.2 + 0.05 * Math.min(epoch, 20);
  return (1 + (channel % 3)) * Math.exp(-distance * sharpness) + 0.05 * Math.abs(Math.sin(channel * 12.9 + k * 4.1));
}

function weightsOf({ channelCount, kind }: Layer, inputCount: number) {
  if (kind !== 'conv' && kind !== 'dense') return null;
  const values = Array.from({ length: inputCount * channelCount }, (_, at) => {
    const [i, o] = [Math.floor(at / channelCount), at % channelCount];
    return Math.sin(i * 1.7 + o * 2.3 + channelCount) * (1 + ((i * o) % 4));
  });
  return {
    ...{ inputCount, outputCount: channelCount },
    positive: Float64Array.from(values, (value) => Math.max(0, value)),
    negative: Float64Array.from(values, (value) => Math.max(0, -value)),
  };
}

export function examplePatches(run: RunDescription, { layer, channels, each, classIndex }: PatchesRequest): PatchSheet {
  const { layers } = run.manifest;
  const [rows, columns] = layers[0].mapShape;
  const field = receptiveFields({ layers })[layer];
  const height = field?.[0] ? Math.min(rows, windowOf(field[0], 0).length) : rows;
  const width = field?.[1] ? Math.min(columns, windowOf(field[1], 0).length) : columns;
  const digits = classPictures(10, columns, new Array<number>(10).fill(1)).values;
  const patches = channels.flatMap((channel) =>
    Array.from({ length: each }, (_, i) => ({
      ...{ channel, sample: (classIndex ?? (channel * 7 + layer * 3) % 10) + 10 * i, value: 3 - 0.2 * i },
      ...{ y: 0, x: 0 },
      top: Math.floor((rows - height) * ((channel * 37 + i * 11) % 10) * 0.1),
      left: Math.floor((columns - width) * ((channel * 53 + i * 29) % 10) * 0.1),
    })),
  );
  const values = new Float32Array(patches.length * height * width);
  patches.forEach((patch, i) => {
    const from = (patch.sample % 10) * rows * columns;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        values[(i * height + y) * width + x] = digits[from + (patch.top + y) * columns + patch.left + x];
  });
  return { patches, height, width, planes: 1, values, minimum: 0, maximum: 1, n: run.manifest.probes.count };
}
