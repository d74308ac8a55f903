/** Intra-sample entropies as what the channel view draws: panels of lines, groups of circles, lines of one channel. */
import type { IntraResult, IntraValue } from '../../../src/protocol/measure.js';
import type { LinePoint, LineSeries, Tone } from '../../marks/lineChart.js';
import type { ChannelStates } from '../../../src/protocol/channelDetails.js';
import type { Panel } from '../../marks/smallMultiples.js';
import { bandsOf, stateRemark, stateRuns } from './channelStates.js';

/** Classes that have a line each, in their colours; without classes there is the line of all inputs. */
const CLASSES_A_PAGE = 10;

export function classPage(classCount: number, page: number): number[] {
  const from = page * CLASSES_A_PAGE;
  return Array.from({ length: Math.max(0, Math.min(CLASSES_A_PAGE, classCount - from)) }, (_, i) => from + i);
}

export function classTone(classIndex: number): Tone {
  return `class-${classIndex % CLASSES_A_PAGE}`;
}

export interface PanelChoice {
  readonly classes: readonly number[];
  readonly firstEpoch: number;
  /** Null before they are known. */
  readonly states: ChannelStates | null;
}

/** Only where there is an epoch 1 to begin at. */
export function firstEpochOf(fromFirst: boolean, lastWhole: number): number {
  return fromFirst && lastWhole >= 1 ? 1 : 0;
}

/** A box whose lines are not there yet. */
export function unknownPanel(channel: number): Panel {
  return { id: String(channel), title: String(channel), value: '…', lines: [], shaded: [] };
}

/** What one channel's box shows at every epoch: it stays while the epoch changes. */
export interface ChannelCourse extends Pick<Panel, 'lines' | 'shaded' | 'saturated'> {
  readonly channel: number;
  /** Over all inputs. */
  readonly everyone: readonly LinePoint[];
  readonly remarkAt: (epoch: number) => string | null;
}

/** A line a class, or of all inputs; bands where it is dead, or before that is known, constant. */
export function channelCourses(
  result: IntraResult,
  choice: PanelChoice,
  isSeen: (channel: number) => boolean = () => true,
): ChannelCourse[] {
  const all = rowsOf(result, null);
  const last = all[all.length - 1]?.epoch;
  const channels = all[0]?.channels ?? result.values[0]?.channels ?? [];
  const isDrawn = ([, to]: readonly [number, number]): boolean => to >= choice.firstEpoch;
  return channels.filter(isSeen).map((channel) => {
    const everyone = pointsOf(all, channel, choice.firstEpoch);
    const lines = choice.classes.map((index) => ({
      tone: classTone(index),
      points: pointsOf(rowsOf(result, index), channel, choice.firstEpoch),
    }));
    const constant = constantRuns(all, channel);
    const runs = choice.states && stateRuns(choice.states, channel);
    return {
      channel,
      everyone,
      lines: lines.length > 0 ? lines : [{ tone: 'accent', points: everyone }],
      shaded: (runs ? bandsOf(runs, 'dead') : constant).filter(isDrawn),
      saturated: runs ? bandsOf(runs, 'saturated').filter(isDrawn) : [],
      remarkAt: (epoch) => (runs ? stateRemark(runs, epoch) : constantRemark(constant, last)),
    };
  });
}

/** The box of a channel with its value over all inputs at an epoch. */
export function panelAt(
  { channel, everyone, lines, shaded, saturated, remarkAt }: ChannelCourse,
  epoch: number,
): Panel {
  const value = everyone.find((point) => point.epoch === epoch)?.value ?? null;
  const warning = remarkAt(epoch);
  return {
    ...{ id: String(channel), title: String(channel), value: value === null ? '–' : value.toFixed(2) },
    ...(warning === null ? {} : { warning }),
    ...{ lines, shaded, saturated },
  };
}

/** The lines of one channel, a class each and all inputs in grey, with the 95 % interval of all inputs. */
export function channelSeries(
  result: IntraResult,
  channel: number,
  classes: readonly number[],
  classNames: readonly string[],
  firstEpoch: number,
): LineSeries[] {
  const everyone: LineSeries = {
    id: 'all',
    label: 'all',
    tone: classes.length > 0 ? 'muted' : 'accent',
    points: pointsOf(rowsOf(result, null), channel, firstEpoch),
  };
  const byClass = classes.map((index): LineSeries => ({
    id: String(index),
    label: classNames[index],
    tone: classTone(index),
    points: pointsOf(rowsOf(result, index), channel, firstEpoch),
  }));
  return [everyone, ...byClass];
}

export interface BitsByGroup {
  /** Class, or null for all inputs together. */
  readonly id: number | null;
  readonly bits: readonly (number | null)[];
  readonly variance: readonly (number | null)[];
  readonly n: readonly number[];
}

/** Entropies of one epoch: all inputs first, then each class. Empty where the epoch has no value. */
export function groupsAt(result: IntraResult, epoch: number, classes: readonly number[]): BitsByGroup[] {
  const wanted: (number | null)[] = [null, ...classes];
  return wanted.flatMap((id) => {
    const row = result.values.find((value) => value.epoch === epoch && value.classIndex === id);
    return row && row.bits.length > 0 ? [{ id, bits: row.bits, variance: row.variance, n: row.n }] : [];
  });
}

/** Mean over epochs of every channel's entropy over all inputs. */
export function meanBitsOf(result: IntraResult): number[] {
  const rows = rowsOf(result, null).filter((row) => row.bits.length > 0);
  return (rows[0]?.bits ?? []).map((_, at) => rows.reduce((sum, row) => sum + (row.bits[at] ?? 0), 0) / rows.length);
}

/** The largest sum over channels of any row. */
export function mostBitsOf(values: readonly Pick<IntraValue, 'bits'>[]): number {
  return Math.max(0, ...values.map(({ bits }) => bits.reduce<number>((sum, value) => sum + (value ?? 0), 0)));
}

/** The axis' end for all panels in sight: all that is possible, or the least half bit above all lines. */
export function ceilingOf(panels: readonly Pick<Panel, 'lines'>[], possible: number): number {
  const values = panels.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map(({ value }) => value ?? 0)));
  const most = values.reduce((largest, value) => Math.max(largest, value), 0);
  return Math.min(possible, Math.max(0.5, Math.ceil(2 * most) / 2));
}

/** Half width of the 95 % interval of a mean over n maps; null where it cannot be known. */
export function halfWidth(variance: number | null, n: number): number | null {
  return variance === null || n < 2 ? null : 1.96 * Math.sqrt(variance / n);
}

/** "Lowest for 5 (1.05), highest for 0 (1.75)"; null without classes. */
export function channelFinding(
  groups: readonly BitsByGroup[],
  at: number,
  classNames: readonly string[],
): string | null {
  const all = groups.find(({ id }) => id === null)?.bits[at] ?? null;
  const known = groups.flatMap(({ id, bits }) => {
    const value = bits[at];
    return id === null || value === null || value === undefined ? [] : [{ name: classNames[id], value }];
  });
  if (all === null) return null;
  const words = `${all.toFixed(2)} bits over all inputs`;
  if (known.length < 2) return words;
  const low = known.reduce((least, one) => (one.value < least.value ? one : least));
  const high = known.reduce((most, one) => (one.value > most.value ? one : most));
  if (high.value === 0) return `${words}: every map is constant`;
  return `${words}; lowest for ${low.name} (${low.value.toFixed(2)}), highest for ${high.name} (${high.value.toFixed(2)})`;
}

/** Before the states are known: what entropies alone tell. */
function constantRemark(constant: readonly (readonly [number, number])[], last: number | undefined): string | null {
  const run = constant[constant.length - 1];
  return run && run[1] === last ? `constant since epoch ${run[0]}` : null;
}

function rowsOf(result: IntraResult, classIndex: number | null): IntraValue[] {
  return result.values.filter((value) => value.classIndex === classIndex);
}

function pointsOf(rows: readonly IntraValue[], channel: number, firstEpoch: number): LinePoint[] {
  return rows.flatMap((row): LinePoint[] => {
    if (row.epoch < firstEpoch) return [];
    const at = row.channels.indexOf(channel);
    return [{ epoch: row.epoch, value: at < 0 ? null : (row.bits[at] ?? null) }];
  });
}

/** Runs of recorded epochs at which every map of the channel is constant. */
function constantRuns(rows: readonly IntraValue[], channel: number): (readonly [number, number])[] {
  const runs: [number, number][] = [];
  let open: [number, number] | null = null;
  for (const row of rows) {
    const at = row.channels.indexOf(channel);
    if (at < 0 || row.bits[at] !== 0 || row.variance[at] !== 0) open = null;
    else if (open) open[1] = row.epoch;
    else runs.push((open = [row.epoch, row.epoch]));
  }
  return runs;
}
