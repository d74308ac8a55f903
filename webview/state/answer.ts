/**
 * Asking the host for measures of a slice: the chosen measure, and beside inter-sample entropy the
 * intra-sample entropies of the same slice, which cost next to nothing.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type {
  IntraResult,
  IntraValue,
  MeasureOptions,
  MeasureRequest,
  MeasureResult,
} from '../../src/protocol/measure.js';
import type { CallOptions } from '../../src/protocol/rpc.js';
import { ALL, type Query } from '../../src/protocol/query.js';
import { printQuery } from '../../src/protocol/queryText.js';
import type { Host } from '../host/host.js';
import { EMPTY, failureOf, latest, type Loadable } from './loadable.js';

/** What was asked, so that a view can say what its numbers are of, and when they are out of date. */
export interface Question {
  readonly query: Query;
  readonly request: MeasureRequest;
}

/** Intra-sample entropies of the slice, and of all inputs where the slice has only some. */
export interface IntraAnswer {
  readonly slice: IntraResult;
  /** Of all inputs together; null where the slice has them all. */
  readonly everything: readonly IntraValue[] | null;
}

export interface Answer {
  readonly question: Question;
  readonly main: Loadable<MeasureResult>;
  readonly intra: Loadable<IntraAnswer>;
}

export interface Asker {
  readonly answer: ReadonlySignal<Answer | null>;
  ask(query: Query, measure: MeasureRequest['measure'], options: MeasureOptions): Promise<void>;
  cancel(): void;
}

export function createAsker(host: Host): Asker {
  const answer = signal<Answer | null>(null);
  let controller = new AbortController();

  async function ask(query: Query, measure: MeasureRequest['measure'], options: MeasureOptions): Promise<void> {
    controller.abort();
    controller = new AbortController();
    const { signal: abort } = controller;
    const before = answer.peek();
    const request: MeasureRequest = { query: printQuery(query), measure, options };
    const same = before?.question.request.measure === measure && before.question.request.query === request.query;
    answer.value = {
      question: { query, request },
      // Intra-sample entropy is all of its own answer.
      main:
        measure === 'intra' ? EMPTY : { state: 'loading', progress: null, previous: same ? latest(before.main) : null },
      intra: wantsIntra(measure)
        ? { state: 'loading', progress: null, previous: same ? latest(before.intra) : null }
        : EMPTY,
    };
    const set = (part: Partial<Answer>): void => {
      if (!abort.aborted && answer.peek()) answer.value = { ...answer.peek()!, ...part };
    };
    const intra = wantsIntra(measure) ? load((call) => askIntra(host, query, call), 'intra', abort, set) : undefined;
    if (measure !== 'intra') {
      await load((call) => host.call('measure', request, call), 'main', abort, set);
    }
    await intra;
  }

  function cancel(): void {
    controller.abort();
    const current = answer.peek();
    if (!current) return;
    const stop = <T>(part: Loadable<T>): Loadable<T> => (part.state === 'loading' ? { state: 'cancelled' } : part);
    answer.value = { ...current, main: stop(current.main), intra: stop(current.intra) };
  }

  return { answer, ask, cancel };
}

function wantsIntra(measure: MeasureRequest['measure']): boolean {
  return measure === 'inter' || measure === 'intra';
}

type Part = 'main' | 'intra';

async function load<T>(
  run: (call: CallOptions) => Promise<T>,
  part: Part,
  abort: AbortSignal,
  set: (part: Partial<Answer>) => void,
): Promise<void> {
  try {
    const value = await run({
      signal: abort,
      onProgress: (progress) => set({ [part]: { state: 'loading', progress, previous: null } }),
    });
    set({ [part]: { state: 'done', value } });
  } catch (error) {
    set({ [part]: { state: 'failed', failure: failureOf(error, 'computing the measure') } });
  }
}

async function askIntra(host: Host, query: Query, call: CallOptions): Promise<IntraAnswer> {
  const slice = await measureIntra(host, query, call);
  const whole = query.samples.kind === 'all' ? null : await measureIntra(host, { ...query, samples: ALL }, call);
  return { slice, everything: whole && whole.values.filter((value) => value.classIndex === null) };
}

async function measureIntra(host: Host, query: Query, call: CallOptions): Promise<IntraResult> {
  const result = await host.call('measure', { query: printQuery(query), measure: 'intra' }, call);
  if (result.measure !== 'intra') throw new Error(`asked for intra-sample entropy, got ${result.measure}`);
  return result;
}
