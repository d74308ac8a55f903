/**
 * The network view's words (after CNNVis, Liu et al. 2017): a recorded network as a graph of layers in
 * stages, in each layer clusters of channels, between them the recorded weights, bundled.
 */
import * as v from 'valibot';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const LINKAGES = ['average', 'ward', 'complete'] as const;
export type LinkageMethod = (typeof LINKAGES)[number];

export const COUNT_CRITERIA = ['silhouette', 'calinski-harabasz'] as const;
export type CountCriterion = (typeof COUNT_CRITERIA)[number];

/** Divide each channel's means by its largest absolute one, so that shape counts and not size; or not. */
export const VECTOR_SCALES = ['share', 'none'] as const;
export type VectorScale = (typeof VECTOR_SCALES)[number];

/** As many as a person moves by hand, and layers whose number is set by hand. */
const MOST_BY_HAND = 4096;
/** Patches of one answer; a screen shows fewer. */
export const MOST_PATCHES = 2048;

const ClusterCounts = v.pipe(v.array(v.tuple([count, count])), v.maxLength(MOST_BY_HAND));
const ClusterMoves = v.pipe(v.array(v.tuple([count, count, count])), v.maxLength(MOST_BY_HAND));

export const NetworkOptions = v.object({
  /** Null is the last whole one. */
  epoch: v.nullable(count),
  /** Default average. */
  linkage: v.optional(v.picklist(LINKAGES)),
  /** Default silhouette. */
  criterion: v.optional(v.picklist(COUNT_CRITERIA)),
  /** Default share. */
  scale: v.optional(v.picklist(VECTOR_SCALES)),
  /** [layer, number of clusters] where it is set by hand. */
  counts: v.optional(ClusterCounts),
  /** [layer, channel, cluster] for channels that a person put elsewhere, in order. */
  moves: v.optional(ClusterMoves),
  /** Share of each layer pair's edges, of one sign, that are bundled and drawn: default 0.5. */
  strongest: v.optional(v.pipe(v.number(), v.minValue(0.01), v.maxValue(1))),
});
export type NetworkOptions = v.InferOutput<typeof NetworkOptions>;

export const PatchesRequest = v.object({
  layer: count,
  epoch: count,
  channels: v.pipe(v.array(count), v.minLength(1), v.maxLength(MOST_PATCHES)),
  /** Patches of each channel. */
  each: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(32)),
  /** Of inputs of this class alone; null is of all. */
  classIndex: v.nullable(count),
});
export type PatchesRequest = v.InferOutput<typeof PatchesRequest>;

/** What the network view shows; absent parts are as the view begins. */
export const NetworkChoice = v.object({
  cards: v.fallback(v.picklist(['features', 'activations']), 'features'),
  signs: v.fallback(v.picklist(['both', 'positive', 'negative']), 'both'),
  strongest: v.fallback(v.pipe(v.number(), v.minValue(0.01), v.maxValue(1)), 0.5),
  /** The class whose facet is shown; null is all. */
  facet: v.fallback(v.nullable(count), null),
  /** Stages that a person opened, or closed with a "-" before the name. */
  stages: v.fallback(v.pipe(v.array(v.pipe(v.string(), v.maxLength(4096))), v.maxLength(1024)), []),
  counts: v.fallback(ClusterCounts, []),
  moves: v.fallback(ClusterMoves, []),
  /** The cluster whose panel is open: "layer 4/1" is the second of layer 4. */
  cluster: v.fallback(v.optional(v.pipe(v.string(), v.maxLength(64))), undefined),
});
export type NetworkChoice = v.InferOutput<typeof NetworkChoice>;

/** A layer that is shown, with those folded into it: normalisations, activations, pools, reshapes. */
export interface NetworkNode {
  readonly layer: number;
  /** The layer whose recorded activations stand for it: after its own normalisation and activation. */
  readonly shownBy: number;
  /** Layers after it, up to the next shown ones. */
  readonly folded: readonly number[];
  /** Shown layers that feed it. */
  readonly inputs: readonly number[];
  /** Names of the stages that hold it, outermost first. */
  readonly stages: readonly string[];
}

export interface NetworkStage {
  readonly id: string;
  readonly name: string;
  /** What makes it one. */
  readonly by: 'residual block' | 'map size' | 'name';
  readonly parent: string | null;
  /** Shown layers inside, in order. */
  readonly layers: readonly number[];
}

/** One join of the tree, as scipy's linkage matrix has it: indices ≥ n are earlier joins. */
export type Merge = readonly [a: number, b: number, height: number, size: number];

export interface NetworkCluster {
  /** In the order of the leaves. */
  readonly channels: readonly number[];
  /** Mean over its channels of their mean activations by class, each as a share of the channel's largest. */
  readonly classShares: readonly (number | null)[];
  /** Its classes by `classShares`, highest first. */
  readonly strongest: readonly number[];
  /** Channels that a person put here. */
  readonly moved: readonly number[];
}

export interface LayerClusters {
  readonly layer: number;
  readonly clusters: readonly NetworkCluster[];
  /** max − min ≤ 1e-6 × the layer's range over all probes: in no cluster. */
  readonly dead: readonly number[];
  /** Channels without a finite mean in any class: in no cluster either. */
  readonly undefinedChannels: readonly number[];
  /** Mean activation (channel, class), row-major over all channels; null where it is not finite. */
  readonly means: readonly (number | null)[];
  /** Live channels and classes in optimal leaf order. */
  readonly channelOrder: readonly number[];
  readonly classOrder: readonly number[];
  /** Sum of distances of neighbours along `channelOrder`, and in the order of the indices. */
  readonly orderLength: number;
  readonly indexLength: number;
  /** False for more channels than the optimal order is computed for: then the tree's own order. */
  readonly orderIsOptimal: boolean;
  /** Over the live channels, in the order of their indices. */
  readonly merges: readonly Merge[];
  /** The criterion for each number of clusters that was tried. */
  readonly criterion: readonly { readonly clusters: number; readonly value: number }[];
  readonly countBy: 'criterion' | 'hand' | 'units';
  /** Pixels of the input that one position sees, cut to the input's size; null where that is unknown. */
  readonly receptiveField: { readonly height: number; readonly width: number } | null;
  readonly n: number;
  readonly reason: string | null;
}

/** Edges of one sign whose sources all lead to all targets: drawn through one knot. */
export interface EdgeBundle {
  readonly sign: 1 | -1;
  readonly sources: readonly number[];
  readonly targets: readonly number[];
}

/** Clusters spread evenly over columns of height 1 at distance 1; ink is length. */
export interface Clutter {
  readonly edges: number;
  readonly crossingsBefore: number;
  readonly crossingsAfter: number;
  readonly inkBefore: number;
  readonly inkAfter: number;
}

export interface LayerPairEdges {
  readonly from: number;
  readonly to: number;
  /** Weights of the target's kernel; each channel to itself (Add and its like); or only that it feeds it. */
  readonly kind: 'weights' | 'identity' | 'structure';
  /** Σ w⁺ and Σ |w⁻| (from-cluster, to-cluster), row-major. */
  readonly positive: readonly number[];
  readonly negative: readonly number[];
  readonly bundles: readonly EdgeBundle[];
  readonly clutter: Clutter;
}

export interface NetworkResult {
  readonly epoch: number;
  readonly nodes: readonly NetworkNode[];
  readonly stages: readonly NetworkStage[];
  readonly layers: readonly LayerClusters[];
  readonly edges: readonly LayerPairEdges[];
  readonly clutter: Clutter;
  readonly provenance: {
    readonly estimator: string;
    readonly parameters: Readonly<Record<string, number | string | boolean>>;
    /** Probes whose activations are averaged. */
    readonly n: number;
    readonly version: string;
  };
}

/** A patch's place: where in the map it was found, and what that place sees of the input. */
export interface Patch {
  readonly channel: number;
  readonly sample: number;
  /** The activation there. */
  readonly value: number;
  readonly y: number;
  readonly x: number;
  /** Of the window in the input's pixels; may lie partly outside (padding). */
  readonly top: number;
  readonly left: number;
}

/** Patches channel by channel, strongest first; fewer than asked for where samples are fewer; large ones averaged down. */
export interface PatchSheet {
  readonly patches: readonly Patch[];
  readonly height: number;
  readonly width: number;
  readonly planes: 1 | 3;
  /** (patch, y, x, plane); NaN outside the input. */
  readonly values: Float32Array;
  readonly minimum: number;
  readonly maximum: number;
  /** Samples that were searched. */
  readonly n: number;
}

export const NetworkInputs = { network: NetworkOptions, networkPatches: PatchesRequest };

export type NetworkContract = {
  /** Clusters, orders, edges and bundles of all shown layers at an epoch. */
  network: { input: NetworkOptions; output: NetworkResult };
  /** Top activating patches of channels of one shown layer, cut from the inputs by receptive field. */
  networkPatches: { input: PatchesRequest; output: PatchSheet };
};
