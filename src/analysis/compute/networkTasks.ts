/** The network view's work in a compute thread: clusters of one layer, edges into one layer, top activations of channels. */
import { VALUE_STATISTICS } from '../../protocol/run.js';
import type { LayerClusters, LayerPairEdges } from '../../protocol/network.js';
import type { RunReader } from '../../store/format/runAccess.js';
import { lengthOf } from '../run/mapShape.js';
import { deadChannels } from '../measures/deadChannels.js';
import type { ChannelSource } from '../network/channelSources.js';
import { clusterEdges, type Clusters } from '../network/clusterEdges.js';
import { signedWeights } from '../network/edgeWeights.js';
import { clusterLayer, type ClusterOptions } from '../network/layerClusters.js';
import { TopPlaces, type TopPlace } from '../network/topPlaces.js';
import type { RunReference } from '../run/openedRun.js';
import type { SliceReference } from './taskInputs.js';

export interface ClusterTask {
  readonly run: RunReference;
  readonly epoch: number;
  readonly layer: number;
  /** The layer whose statistics stand for it. */
  readonly shownBy: number;
  readonly receptiveField: LayerClusters['receptiveField'];
  readonly options: ClusterOptions;
}

export interface EdgeTask {
  readonly run: RunReference;
  readonly epoch: number;
  readonly to: number;
  readonly toClusters: Clusters;
  readonly from: readonly {
    readonly layer: number;
    readonly clusters: Clusters;
    readonly sources: readonly ChannelSource[];
  }[];
  readonly strongest: number;
}

export type TopTask = SliceReference & { readonly each: number };

export async function clusterTask(reader: RunReader, task: ClusterTask): Promise<LayerClusters> {
  const { channelCount } = reader.manifest.layers[task.shownBy];
  const values = await reader.readValues(task.shownBy, task.epoch);
  const classRows = reader.manifest.classNames.length + 1;
  const row = (statistic: (typeof VALUE_STATISTICS)[number], classRow: number): Float64Array => {
    const from = (VALUE_STATISTICS.indexOf(statistic) * classRows + classRow) * channelCount;
    return values.subarray(from, from + channelCount);
  };
  const classCount = Math.max(1, classRows - 1);
  const means = new Float64Array(channelCount * classCount);
  for (let k = 0; k < classCount; k++) row('mean', k).forEach((mean, c) => (means[c * classCount + k] = mean));
  const dead = deadChannels(row('minimum', classRows - 1), row('maximum', classRows - 1));
  const { layer, receptiveField, options } = task;
  const n = reader.manifest.probes.count;
  return clusterLayer({ layer, channelCount, classCount, means, dead, n, receptiveField }, options);
}

export async function edgeTask(reader: RunReader, task: EdgeTask): Promise<LayerPairEdges[]> {
  const layer = reader.manifest.layers[task.to];
  const recorded = layer.weights.length > 0 ? await reader.readWeights(task.to, task.epoch) : [];
  const weights = signedWeights(layer, recorded, reader.manifest.framework);
  return task.from.map((one) =>
    clusterEdges({
      ...{ from: one.layer, to: task.to, sources: one.sources, weights },
      ...{ fromClusters: one.clusters, toClusters: task.toClusters },
      identity: layer.kind === 'merge',
      strongest: task.strongest,
    }),
  );
}

/** Values read at once. */
const BATCH_VALUES = 2 ** 21;

/** The places of the largest activations of each channel, one a sample, largest first. */
export async function topTask(reader: RunReader, task: TopTask): Promise<TopPlace[][]> {
  const { layer, epoch, samples, channels, each } = task;
  const mapLength = lengthOf(reader.manifest.layers[layer].mapShape);
  const sampleLength = channels.length * mapLength;
  const batchSize = Math.max(1, Math.floor(BATCH_VALUES / Math.max(1, sampleLength)));
  const tops = channels.map(() => new TopPlaces(each));
  for (let from = 0; from < samples.length; from += batchSize) {
    const batch = samples.slice(from, from + batchSize);
    const values = new Float32Array(batch.length * sampleLength);
    await reader.readMaps({ layer, epoch, samples: batch, channels }, values);
    batch.forEach((sample, i) =>
      tops.forEach((top, c) => top.offer(sample, values, i * sampleLength + c * mapLength, mapLength)),
    );
  }
  return tops.map((top) => [...top.places]);
}
