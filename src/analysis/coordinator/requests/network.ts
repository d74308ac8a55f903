/** The network at an epoch: each shown layer's channels in clusters, and bundled weights between clusters. */
import { Failure } from '../../../protocol/failure.js';
import type {
  LayerClusters,
  LayerPairEdges,
  NetworkNode,
  NetworkOptions,
  NetworkResult,
  VectorScale,
} from '../../../protocol/network.js';
import type { CallContext } from '../../../protocol/rpc.js';
import type { RunManifest } from '../../../protocol/run.js';
import { sumOfClutter } from '../../network/clutter.js';
import type { ClusterOptions } from '../../network/layerClusters.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import type { OpenedRun } from '../../run/openedRun.js';
import { computeTable, type Session } from '../dispatch/session.js';
import { fieldWindow, networkGraph, type NetworkGraph } from './networkGraph.js';
import { keptOr } from './keptOr.js';
import { KeptClusters, KeptEdges } from './networkKept.js';
import { reasonOf } from './reason.js';

/** An output of at most so many units has a box for each. */
const MOST_UNIT_BOXES = 12;
const DEFAULT_STRONGEST = 0.5;

export async function networkAt(
  session: Session,
  run: OpenedRun,
  asked: NetworkOptions,
  context: CallContext,
): Promise<NetworkResult> {
  const { manifest } = run;
  const epoch = wholeEpoch(run, asked.epoch);
  const graph = await networkGraph(run);
  const layers = await computeTable(
    session,
    graph.nodes,
    context,
    (node, task) => clustersOf(session, run, node, epoch, asked, task),
    ({ layer }) => `clusters of ${manifest.layers[layer].name}`,
  );
  const edges = await computeTable(
    session,
    graph.nodes.filter(({ inputs }) => inputs.length > 0),
    context,
    (node, task) => edgesInto(session, run, graph, node, layers, epoch, asked, task),
    ({ layer }) => `weights of ${manifest.layers[layer].name}`,
  );
  const pairs = edges.flat();
  const { nodes, stages } = graph;
  return {
    epoch,
    nodes,
    stages,
    layers,
    edges: pairs,
    clutter: sumOfClutter(pairs.map((pair) => pair.clutter)),
    provenance: provenanceOf(manifest, asked),
  };
}

function provenanceOf(manifest: RunManifest, asked: NetworkOptions): NetworkResult['provenance'] {
  const { linkage = 'average', criterion = 'silhouette', strongest = DEFAULT_STRONGEST } = asked;
  const { probes, classNames } = manifest;
  const scale = scaleOf(manifest, asked);
  const means = classNames.length === 0 ? 'mean activations over all probes' : 'mean activations by class';
  const vectors = scale === 'share' ? 'each as a share of the channel’s largest' : 'unscaled';
  return {
    estimator: `${linkage} linkage of ${means} (${vectors}), Euclidean; number of clusters by ${criterion}; optimal leaf order; maximal bicliques`,
    parameters: { linkage, criterion, scale, strongest },
    n: probes.count,
    version: ANALYSIS_VERSION,
  };
}

/** Without classes a channel has one mean, whose share of the largest would be 1: it stays as it is. */
function scaleOf({ classNames }: RunManifest, { scale = 'share' }: NetworkOptions): VectorScale {
  return classNames.length < 2 ? 'none' : scale;
}

async function clustersOf(
  session: Session,
  run: OpenedRun,
  node: NetworkNode,
  epoch: number,
  asked: NetworkOptions,
  task: TaskOptions,
): Promise<LayerClusters> {
  const { layer, shownBy } = node;
  const window = fieldWindow(run.manifest, layer);
  const receptiveField = window && { height: window.height, width: window.width };
  const options = clusterOptions(run.manifest, layer, asked);
  try {
    const input = { run: run.reference, epoch, layer, shownBy, receptiveField, options };
    const key = ['network clusters', ANALYSIS_VERSION, await run.epochTag(epoch), layer, shownBy, options];
    return await keptOr<LayerClusters>(run, key, KeptClusters, () => session.pool.run('clusterLayer', input, task));
  } catch (error) {
    return withoutClusters(layer, reasonOf(error));
  }
}

function clusterOptions(manifest: RunManifest, layer: number, asked: NetworkOptions): ClusterOptions {
  const { layers, classNames } = manifest;
  const { kind, channelCount } = layers[layer];
  const isOutput = layer === layers.length - 1 || layers.slice(layer + 1).every((one) => one.kind === 'activation');
  const byHand = asked.counts?.findLast(([of]) => of === layer)?.[1] ?? null;
  const isUnits = isOutput && channelCount === classNames.length && channelCount <= MOST_UNIT_BOXES;
  return {
    linkage: asked.linkage ?? 'average',
    criterion: asked.criterion ?? 'silhouette',
    scale: scaleOf(manifest, asked),
    // The planes of an input are one picture.
    count: kind === 'input' ? 1 : byHand,
    eachUnit: isUnits && byHand === null,
    moves: (asked.moves ?? [])
      .filter(([of]) => of === layer)
      .map(([, channel, cluster]) => [channel, cluster] as const),
  };
}

function withoutClusters(layer: number, reason: string): LayerClusters {
  const nothing = { clusters: [], dead: [], undefinedChannels: [], means: [], channelOrder: [], classOrder: [] };
  const empty = { orderLength: 0, indexLength: 0, orderIsOptimal: true, merges: [], criterion: [], n: 0 };
  return { ...nothing, ...empty, layer, countBy: 'criterion', receptiveField: null, reason };
}

async function edgesInto(
  session: Session,
  run: OpenedRun,
  { sources }: NetworkGraph,
  { layer, inputs }: NetworkNode,
  layers: readonly LayerClusters[],
  epoch: number,
  { strongest = DEFAULT_STRONGEST }: NetworkOptions,
  task: TaskOptions,
): Promise<LayerPairEdges[]> {
  const channelsOf = (index: number): (readonly number[])[] =>
    layers.find((one) => one.layer === index)!.clusters.map(({ channels }) => channels);
  const arriving = run.manifest.layers[layer].inputs.flatMap((input) => sources[input]);
  const from = inputs.map((input) => ({
    layer: input,
    clusters: channelsOf(input),
    sources: arriving.filter((source) => source.layer === input),
  }));
  const asked = { to: layer, toClusters: channelsOf(layer), from, strongest };
  const key = ['network edges', ANALYSIS_VERSION, await run.epochTag(epoch), asked];
  return keptOr<LayerPairEdges[]>(run, key, KeptEdges, () =>
    session.pool.run('clusterEdges', { run: run.reference, epoch, ...asked }, task),
  );
}

/** The last whole epoch for null. Throws a Failure for one that is not there or damaged. */
export function wholeEpoch({ epochStates }: OpenedRun, asked: number | null): number {
  const state =
    asked === null
      ? epochStates.findLast((one) => one.state === 'whole')
      : epochStates.find((one) => one.epoch === asked);
  if (state?.state === 'whole') return state.epoch;
  throw new Failure({
    kind: state ? 'damaged' : 'not-found',
    doing: 'drawing the network',
    wrong: state
      ? state.reason
      : asked === null
        ? 'the run has no complete epoch yet'
        : `epoch ${asked} is not recorded`,
    tryThis: 'Choose a complete epoch.',
  });
}
