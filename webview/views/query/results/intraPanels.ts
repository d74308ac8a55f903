/** Map entropies as small panels: one a channel of one layer, or one a layer of several. */
import type { IntraValue, LayerReport } from '../../../../src/protocol/measure.js';
import type { Layer } from '../../../../src/protocol/run.js';
import type { LinePoint, Tone } from '../../../marks/lineChart.js';
import type { Panel } from '../../../marks/smallMultiples.js';
import type { IntraAnswer } from '../../../state/answer.js';
import type { ChannelCourse } from './findings.js';
import { layerLabel } from '../../../text/layerLabel.js';

export interface IntraPanels {
  /** What a panel stands for: channels of `layer`, or layers. */
  readonly of: 'channels' | 'layers' | 'whole';
  readonly layer: Layer;
  readonly layers: readonly Layer[];
  readonly panels: readonly (Panel & { readonly channel: number | null; readonly layer: number })[];
  readonly courses: readonly ChannelCourse[];
  readonly dead: readonly number[];
  /** Classes that have a line of their own. */
  readonly classes: readonly number[];
  readonly ceiling: number;
}

/** More lines than this cannot be told apart in a panel. */
const MOST_CLASS_LINES = 10;

export function intraPanels(
  answer: IntraAnswer,
  layers: readonly Layer[],
  cursorEpoch: number,
  reports: readonly LayerReport[],
): IntraPanels {
  const { values, bins } = answer.slice;
  const layerIndices = [...new Set(values.map((value) => value.layer))];
  const layer = layers[layerIndices[0] ?? 0];
  const classes = [...new Set(values.flatMap((value) => value.classIndex ?? []))];
  const ceiling = Math.log2(bins);
  const common = {
    layer,
    layers: layerIndices.map((index) => layers[index]),
    classes,
    ceiling: Math.round(ceiling * 100) / 100,
  };
  if (layerIndices.length > 1) {
    const panels = layerIndices.map((index) => layerPanel(answer, layers[index], classes, cursorEpoch, reports));
    return { ...common, of: 'layers', panels, courses: [], dead: [] };
  }
  const channels = [...new Set(values.flatMap((value) => value.channels))];
  const dead = deadOf(reports, layer.index).filter(({ channel }) => channels.includes(channel));
  const panels = channels.map((channel) => {
    const since = dead.find((one) => one.channel === channel)?.since;
    return channelPanel(answer, layer, channel, classes, cursorEpoch, since);
  });
  const courses = channels.map((channel) => ({
    channel,
    values: pointsOf(leading(answer, classes), layer.index, channel),
  }));
  const whole = channels.length === 1 && channels[0] === -1;
  return { ...common, of: whole ? 'whole' : 'channels', panels, courses, dead: dead.map((one) => one.channel) };
}

function deadOf(reports: readonly LayerReport[], layer: number): { channel: number; since: number }[] {
  const state = reports.find((report) => report.layer === layer)?.channels;
  return state ? state.dead.map((channel, i) => ({ channel, since: state.deadSince[i] })) : [];
}

/** The values of the first line: the one chosen class, else all chosen inputs together. */
function leading(answer: IntraAnswer, classes: readonly number[]): readonly IntraValue[] {
  const wanted = classes.length === 1 ? classes[0] : null;
  return answer.slice.values.filter((value) => value.classIndex === wanted);
}

interface Line {
  readonly tone: Tone;
  readonly points: readonly LinePoint[];
}

/** All inputs in grey, each of several classes in its colour, and the slice itself last, on top. */
function linesFor(
  answer: IntraAnswer,
  classes: readonly number[],
  points: (values: readonly IntraValue[]) => LinePoint[],
): Line[] {
  const slice: Line = { tone: 'accent', points: points(leading(answer, classes)) };
  const everything: Line[] = answer.everything ? [{ tone: 'muted', points: points(answer.everything) }] : [];
  if (classes.length < 2 || classes.length > MOST_CLASS_LINES) return [...everything, slice];
  const byClass = classes.map((index): Line => ({
    tone: `class-${index % 10}`,
    points: points(answer.slice.values.filter((value) => value.classIndex === index)),
  }));
  return [...byClass, slice];
}

function channelPanel(
  answer: IntraAnswer,
  layer: Layer,
  channel: number,
  classes: readonly number[],
  cursorEpoch: number,
  deadSince: number | undefined,
): IntraPanels['panels'][number] {
  const lines = linesFor(answer, classes, (values) => pointsOf(values, layer.index, channel));
  const led = lines[lines.length - 1].points;
  const title = channel < 0 ? `all ${layer.channelCount} units as one vector` : `channel ${channel}`;
  return {
    ...panelOf(`${layer.index} ${channel}`, title, lines, led, cursorEpoch),
    ...(deadSince === undefined ? {} : { warning: `dead since epoch ${deadSince}` }),
    shaded: constantRuns(answer.everything ?? leading(answer, classes), layer.index, channel),
    channel: channel < 0 ? null : channel,
    layer: layer.index,
  };
}

function layerPanel(
  answer: IntraAnswer,
  layer: Layer,
  classes: readonly number[],
  cursorEpoch: number,
  reports: readonly LayerReport[],
): IntraPanels['panels'][number] {
  const lines = linesFor(answer, classes, (values) =>
    values
      .filter((value) => value.layer === layer.index)
      .map((value): LinePoint => ({ epoch: value.epoch, value: value.meanBits })),
  );
  const dead = deadOf(reports, layer.index).length;
  return {
    ...panelOf(`${layer.index}`, layerLabel(layer), lines, lines[lines.length - 1].points, cursorEpoch),
    ...(dead > 0 ? { warning: `${dead} dead` } : {}),
    shaded: [],
    channel: null,
    layer: layer.index,
  };
}

function panelOf(
  id: string,
  title: string,
  lines: readonly Line[],
  led: readonly LinePoint[],
  epoch: number,
): Omit<Panel, 'shaded'> {
  const value = led.find((point) => point.epoch === epoch)?.value ?? null;
  return { id, title, value: value === null ? '–' : value.toFixed(2), lines };
}

function pointsOf(values: readonly IntraValue[], layer: number, channel: number): LinePoint[] {
  return values.flatMap((value): LinePoint[] => {
    const place = value.channels.indexOf(channel);
    return value.layer === layer && place >= 0 ? [{ epoch: value.epoch, value: value.bits[place] }] : [];
  });
}

/** Runs of epochs at which every map of the channel has entropy 0: each map is constant. */
function constantRuns(values: readonly IntraValue[], layer: number, channel: number): (readonly [number, number])[] {
  const runs: [number, number][] = [];
  let open: [number, number] | null = null;
  for (const value of values) {
    const place = value.channels.indexOf(channel);
    if (value.layer !== layer || place < 0) continue;
    const constant = value.bits[place] === 0 && value.variance[place] === 0;
    if (!constant) open = null;
    else if (open) open[1] = value.epoch;
    else runs.push((open = [value.epoch, value.epoch]));
  }
  return runs;
}
