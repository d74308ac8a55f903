/** Asks what a report shall hold until it is full, and says what was left out. */
import { gzipSync } from 'node:zlib';
import { Failure } from '../../protocol/failure.js';
import type { Estimate, MeasureRequest } from '../../protocol/measure.js';
import type { KeptAnswer } from '../../protocol/report.js';
import type { CallContext, Handlers } from '../../protocol/rpc.js';
import type { RunDescription } from '../../protocol/run.js';
import type { ViewerContract } from '../../protocol/viewer.js';
import { encodeFrame } from '../../protocol/wire.js';
import { reportQuestions, type ReportQuestion } from './reportQuestions.js';
import { withoutMachine } from './withoutMachine.js';

export interface ReportLimits {
  /** Of all answers as they lie in the page. */
  readonly byteCount: number;
  /** Of one measure, by its estimate. */
  readonly seconds: number;
}

export interface CollectedAnswers {
  readonly answers: readonly KeptAnswer[];
  readonly byteCount: number;
  /** Sentences: what did not fit, took too long or could not be had. */
  readonly leftOut: readonly string[];
}

export async function collectAnswers(
  handlers: Handlers<ViewerContract>,
  context: CallContext,
  limits: ReportLimits,
): Promise<CollectedAnswers> {
  const ask = (method: string, input: unknown): unknown =>
    (handlers as unknown as Record<string, { handle(input: unknown, context: CallContext): unknown }>)[method]!.handle(
      input,
      context,
    );
  const run = (await ask('describe', {})) as RunDescription;
  const labels = (await ask('probeLabels', {})) as number[];
  const answers: KeptAnswer[] = [{ method: 'describe', input: {}, value: withoutMachine(run) }];
  let byteCount = sizeOf(answers[0]!);
  const [full, slow, refused] = [[], [], []] as [string[], string[], string[]];
  const questions = reportQuestions(run, labels);
  for (const [place, question] of questions.entries()) {
    context.progress({ fraction: place / questions.length, text: wordsOf(question) });
    if (question.isCostly && (await secondsOf(question, ask)) > limits.seconds) {
      slow.push(wordsOf(question));
      continue;
    }
    const answer = await answered(question, ask);
    if ('failure' in answer) {
      refused.push(`${wordsOf(question)} (${answer.failure.wrong})`);
      continue;
    }
    const bytes = sizeOf(answer);
    if (byteCount + bytes > limits.byteCount) full.push(wordsOf(question));
    else {
      answers.push(answer);
      byteCount += bytes;
    }
  }
  const told = (list: readonly string[], why: string): string[] =>
    list.length === 0
      ? []
      : [`${why}: ${list.slice(0, 3).join('; ')}${list.length > 3 ? ` and ${list.length - 3} more` : ''}`];
  const leftOut = [
    ...told(full, 'did not fit'),
    ...told(slow, `would take more than ${limits.seconds} s each`),
    ...told(refused, 'unavailable'),
  ];
  return { answers, byteCount, leftOut };
}

async function secondsOf({ input }: ReportQuestion, ask: (method: string, input: unknown) => unknown): Promise<number> {
  try {
    return ((await ask('estimate', input)) as Estimate).seconds;
  } catch {
    // The measure itself says why.
    return 0;
  }
}

async function answered(
  { method, input, keep = (value) => value }: ReportQuestion,
  ask: (method: string, input: unknown) => unknown,
): Promise<KeptAnswer | { failure: Failure }> {
  try {
    return { method, input, value: keep(await ask(method, input)) };
  } catch (error) {
    if (error instanceof Failure && error.kind !== 'cancelled') return { failure: error };
    throw error;
  }
}

/** As base64 of what gzip makes of it alone: a little more than together with others. */
function sizeOf(answer: KeptAnswer): number {
  return Math.ceil((gzipSync(encodeFrame({ type: 'value', value: answer })).length * 4) / 3);
}

function wordsOf({ method, input }: ReportQuestion): string {
  if (method === 'measure') {
    const { measure, query } = input as MeasureRequest;
    return `${measure} of ${query}`;
  }
  const { layer, epoch } = input as { layer?: number; epoch?: number | null };
  return [
    method,
    layer === undefined ? '' : `of layer ${layer}`,
    epoch === undefined || epoch === null ? '' : `at epoch ${epoch}`,
  ]
    .filter(Boolean)
    .join(' ');
}
