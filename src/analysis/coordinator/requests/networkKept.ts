/** What the cache in the run folder keeps of the network view: clusters of a layer, edges into a layer, top activations. */
import * as v from 'valibot';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const counts = v.array(count);
const number = v.nullable(v.number());

/** As `LayerClusters` of the protocol. */
export const KeptClusters = v.object({
  layer: count,
  clusters: v.array(v.object({ channels: counts, classShares: v.array(number), strongest: counts, moved: counts })),
  dead: counts,
  undefinedChannels: counts,
  means: v.array(number),
  channelOrder: counts,
  classOrder: counts,
  orderLength: v.number(),
  indexLength: v.number(),
  orderIsOptimal: v.boolean(),
  merges: v.array(v.tuple([count, count, v.number(), count])),
  criterion: v.array(v.object({ clusters: count, value: v.number() })),
  countBy: v.picklist(['criterion', 'hand', 'units']),
  receptiveField: v.nullable(v.object({ height: count, width: count })),
  n: count,
  reason: v.nullable(v.string()),
});

const KeptClutter = v.object({
  edges: count,
  crossingsBefore: v.number(),
  crossingsAfter: v.number(),
  inkBefore: v.number(),
  inkAfter: v.number(),
});

/** As `LayerPairEdges` of the protocol, of all layers that lead to one. */
export const KeptEdges = v.array(
  v.object({
    from: count,
    to: count,
    kind: v.picklist(['weights', 'identity', 'structure']),
    positive: v.array(v.number()),
    negative: v.array(v.number()),
    bundles: v.array(v.object({ sign: v.picklist([1, -1]), sources: counts, targets: counts })),
    clutter: KeptClutter,
  }),
);

/** By channel, largest first. */
export const KeptPlaces = v.array(v.array(v.object({ sample: count, place: count, value: v.number() })));
