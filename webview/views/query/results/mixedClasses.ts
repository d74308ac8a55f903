/**
 * What a slice of some classes is compared with: as many inputs with equally many of every class, drawn a few times.
 * The entropy grows with log2 N, so that only an equal N tells whether a class is less diverse than all together.
 */
import type { InterResult } from '../../../../src/protocol/measure.js';
import type { Query } from '../../../../src/protocol/query.js';
import { printQuery } from '../../../../src/protocol/queryText.js';
import type { CallOptions } from '../../../../src/protocol/rpc.js';
import type { Host } from '../../../host/host.js';
import type { LineSeries } from '../../../marks/lineChart.js';
import { isAll } from '../../../selection/bands.js';
import { labelBands } from '../../../selection/terms.js';
import type { Answer } from '../../../state/answer.js';
import type { RunFacts } from '../../../state/facts.js';
import { latest, type Loadable } from '../../../state/loadable.js';
import { useAsked } from '../../../state/useAsked.js';
import type { ResultProps } from './chartParts.js';

const DRAWS = 5;
/** More numbers of inputs than this are too long for one question. */
const MOST_INPUTS = 1500;

export interface MixedQuestion {
  /** The slice, whose samples give way to those that are drawn. */
  readonly query: Query;
  readonly count: number;
}

/** Null where there is nothing to compare: all classes, several layers, no labels, or no answer yet. */
export function mixedQuestion(answer: Answer | null, facts: Pick<RunFacts, 'classCount'>): MixedQuestion | null {
  const main = answer?.main;
  if (main?.state !== 'done' || main.value.measure !== 'inter' || !answer) return null;
  const { query } = answer.question;
  const classes = facts.classCount > 1 ? labelBands(query.samples, facts.classCount) : null;
  const layers = new Set(main.value.values.map(({ layer }) => layer));
  const count = Math.max(0, ...main.value.values.map(({ n }) => n));
  if (!classes || isAll(classes, facts.classCount) || layers.size !== 1) return null;
  return count < 3 || count > MOST_INPUTS ? null : { query, count };
}

export async function askMixed(
  host: Host,
  { query, count }: MixedQuestion,
  call: CallOptions,
): Promise<readonly InterResult[]> {
  const draws = await host.call('mixedSamples', { count, draws: DRAWS }, call);
  return Promise.all(draws.map((samples) => askInter(host, { ...query, samples: samplesOf(samples) }, call)));
}

async function askInter(host: Host, query: Query, call: CallOptions): Promise<InterResult> {
  const result = await host.call('measure', { query: printQuery(query), measure: 'inter' }, call);
  if (result.measure !== 'inter') throw new Error(`asked for inter-sample entropy, got ${result.measure}`);
  return result;
}

/** Numbers, ascending, as ranges. */
function samplesOf(samples: readonly number[]): Query['samples'] {
  const ranges: [number, number][] = [];
  for (const sample of samples) {
    const last = ranges[ranges.length - 1];
    if (last && sample === last[1] + 1) last[1] = sample;
    else ranges.push([sample, sample]);
  }
  return { kind: 'ranges', ranges };
}

/** The mean of the draws at each epoch, its band from the least to the most of them. */
export function mixedLine(draws: readonly InterResult[]): LineSeries | null {
  const [first] = draws;
  if (!first) return null;
  const points = first.values.map(({ epoch }) => {
    const bits = draws.flatMap(({ values }) => values.find((value) => value.epoch === epoch)?.bits ?? []);
    if (bits.length === 0) return { epoch, value: null };
    const value = bits.reduce((sum, one) => sum + one, 0) / bits.length;
    return { epoch, value, low: Math.min(...bits), high: Math.max(...bits) };
  });
  const detail = `same N; mean and range of ${draws.length} draws`;
  return { id: 'mixed', label: 'mixed classes', tone: 'muted', detail, points };
}

/** Null until it is known; a slice that is asked again cancels it. */
export function useMixedLine({ viewer, facts }: ResultProps, answer: Answer | null): LineSeries | null {
  const question = mixedQuestion(answer, facts);
  const asked: Loadable<readonly InterResult[]> = useAsked<readonly InterResult[]>(
    question && JSON.stringify(question),
    'drawing inputs of all classes',
    (key, call) => askMixed(viewer.host, JSON.parse(key) as MixedQuestion, call),
  ).value;
  return question ? mixedLine(latest(asked) ?? []) : null;
}
