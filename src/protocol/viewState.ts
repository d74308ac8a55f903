/** What a person chose in the views: what a panel saves, a link holds, and a host may set. */
import * as v from 'valibot';
import { CompareChoice } from './compare.js';
import { InformationChoice } from './information.js';
import { MEASURES } from './measure.js';
import { NetworkChoice } from './network.js';

const text = v.pipe(v.string(), v.maxLength(4096));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** As many as one chart can tell apart. */
export const MOST_PINNED_CLASSES = 10;

/** As many as can be compared at a glance. */
export const MOST_PINNED_CHANNELS = 24;
export const MOST_EPOCHS_BESIDE = 8;

/** What the channel view shows: two layers beside each other, one of them and its channel in full. */
export const ChannelChoice = v.object({
  left: count,
  right: count,
  layer: count,
  channel: count,
  /** Begin the axes at epoch 1: entropies before training are far above all others. */
  fromFirst: v.boolean(),
  /** Which maps are in sight; absent until a person chooses. */
  maps: v.optional(
    v.object({
      /** "classes" (one of each), "strongest", "class 3", or numbers: "4, 8, 15". */
      samples: v.pipe(v.string(), v.maxLength(256)),
      /** What of each map goes back to the input; "3.12" is the unit at row 3, column 12. */
      unit: v.pipe(v.string(), v.regex(/^(strongest|map|none|\d{1,5}(\.\d{1,5}){0,2})$/)),
      /** A row for each of several epochs, and not only for the chosen one. */
      overEpochs: v.boolean(),
      /** Which ones, where they are not just spread over the recording: those before and after an event. */
      epochs: v.optional(v.pipe(v.array(count), v.minLength(1), v.maxLength(MOST_EPOCHS_BESIDE))),
    }),
  ),
});
export type ChannelChoice = v.InferOutput<typeof ChannelChoice>;

/** How the channels of an axis are ordered: by a value along the other axis, or neighbours alike. */
export const AXIS_ORDERS = ['maximum', 'mean', 'index', 'cluster'] as const;

/** What the layer view shows: the channels of A, to the right, against those of B, upwards. */
export const LayerPair = v.object({
  a: count,
  b: count,
  /** Of A's channels, and of B's unless `orderB` says otherwise. */
  order: v.picklist(AXIS_ORDERS),
  orderB: v.optional(v.picklist(AXIS_ORDERS)),
  /** Whose values both orders go by; absent while it is the epoch in sight. */
  orderEpoch: v.optional(count),
  /** Hatch the cells that are no higher than chance. */
  masked: v.boolean(),
  /** Each epoch has a colour scale of its own; else all epochs share one. */
  ownScale: v.optional(v.boolean()),
  /** Epochs side by side; absent until a person chooses them. */
  epochs: v.optional(v.pipe(v.array(count), v.maxLength(MOST_EPOCHS_BESIDE))),
  /** A channel of each side, by number; absent until a person chooses a cell. */
  cell: v.optional(v.object({ a: count, b: count })),
  /** Filters whose maps are compared. */
  pinned: v.optional(v.pipe(v.array(v.object({ layer: count, channel: count })), v.maxLength(MOST_PINNED_CHANNELS))),
});
export type LayerPair = v.InferOutput<typeof LayerPair>;

/** What the training view counts: which probes, as samples or as per cent of their label, of which run. */
export const TrainingChoice = v.object({
  split: v.picklist(['all', 'validation', 'train']),
  cells: v.picklist(['counts', 'rates']),
  /** Another run of the group, by its id; absent for the run that the view was opened on. */
  run: v.optional(text),
  /** The cell whose samples are shown. */
  cell: v.optional(v.object({ label: count, prediction: count })),
});
export type TrainingChoice = v.InferOutput<typeof TrainingChoice>;

/** What is selected in all views together; null where nothing is. */
export const Selected = v.object({
  layer: v.nullable(count),
  channel: v.nullable(count),
  /** A probe, by its number. */
  sample: v.nullable(count),
});
export type Selected = v.InferOutput<typeof Selected>;

/** The views in the order of their tabs. Their components are in webview/views/others.ts, their styles in views.css there. */
export const VIEW_TITLES = {
  query: 'Query',
  training: 'Training',
  layers: 'Layers',
  channels: 'Channels',
  network: 'Network',
  information: 'Information',
  compare: 'Compare',
} as const;
export type ViewId = keyof typeof VIEW_TITLES;
export const VIEWS = Object.keys(VIEW_TITLES) as [ViewId, ...ViewId[]];

/** Absent until a person chooses; so is one that its schema refuses. */
const choice = <Schema extends v.GenericSchema>(schema: Schema) => v.fallback(v.optional(schema), undefined);

/** What each view shows, by its name. */
export const VIEW_CHOICES = {
  training: choice(TrainingChoice),
  layers: choice(LayerPair),
  channels: choice(ChannelChoice),
  network: choice(NetworkChoice),
  information: choice(InformationChoice),
  compare: choice(CompareChoice),
};

/** What a person chose; survives a reload and is a link. Everything else is derived. */
export const ViewState = v.object({
  view: v.fallback(v.picklist(VIEWS), 'query'),
  query: v.fallback(text, 'dCNN(-, -, -, -)'),
  measure: v.fallback(v.picklist(MEASURES), 'inter'),
  epoch: v.fallback(v.nullable(count), null),
  /** Classes that stand out in every view. */
  classes: choice(v.pipe(v.array(count), v.maxLength(MOST_PINNED_CLASSES))),
  /** A layer, a channel, a sample. */
  selected: choice(Selected),
  ...VIEW_CHOICES,
});
export type ViewState = v.InferOutput<typeof ViewState>;
