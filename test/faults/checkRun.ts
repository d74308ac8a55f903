/** What must hold of a run whose writer was killed: everything said to be saved is there, nothing torn is. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../src/protocol/failure.js';
import { listRuns } from '../../src/store/runs/listRuns.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { readEverything, type Answer } from '../store/readEverything.js';
import { EXTENDED_EPOCH } from './smallRun.js';
import type { WriterEvent } from './writerProgram.js';

export interface Killed {
  /** The folder that the run is in, or would be. */
  readonly folder: string;
  readonly events: readonly WriterEvent[];
}

export interface Verdict {
  readonly violations: readonly string[];
  /** Whole epochs; null where the writer did not come so far that there is a run. */
  readonly epochs: readonly number[] | null;
}

/** `sound` are the answers of an undisturbed run. */
export async function checkKilled({ folder, events }: Killed, sound: ReadonlyMap<string, string>): Promise<Verdict> {
  const wasCreated = events.some((event) => 'created' in event);
  try {
    const run = await openRun(folder);
    const { summary, epochStates } = await run.describe();
    const said = events.flatMap((event) => ('whole' in event ? [event.whole] : []));
    const answers = await readEverything(folder, EXTENDED_EPOCH);
    const violations = [
      ...epochStates.flatMap((state) =>
        state.state === 'damaged' ? [`epoch ${state.epoch} is damaged: ${state.reason}`] : [],
      ),
      ...checkEpochs(summary.epochs, said),
      ...checkStatus(summary.status.state, events),
      ...checkAnswers(answers, sound, summary.epochs),
    ];
    return { violations, epochs: summary.epochs };
  } catch (error) {
    const violations =
      wasCreated || !(error instanceof Failure) ? [`it does not open: ${String(error)}`] : await checkListed(folder);
    return { violations, epochs: null };
  }
}

function checkEpochs(epochs: readonly number[], said: readonly number[]): string[] {
  const isPrefix = epochs.every((epoch, place) => epoch === place);
  const isAllowed = epochs.length === said.length || epochs.length === said.length + 1;
  return isPrefix && isAllowed ? [] : [`epochs ${epochs.join()} are whole, ${said.join()} were said to be`];
}

function checkStatus(state: string, events: readonly WriterEvent[]): string[] {
  const didEnd = events.some((event) => 'counts' in event);
  const mayHaveEnded = events.some((event) => 'whole' in event && event.whole === EXTENDED_EPOCH);
  const allowed = didEnd ? ['finished'] : mayHaveEnded ? ['finished', 'broken'] : ['broken'];
  return allowed.includes(state) ? [] : [`it is shown as ${state}`];
}

function checkAnswers(
  answers: readonly Answer[],
  sound: ReadonlyMap<string, string>,
  epochs: readonly number[],
): string[] {
  return answers.flatMap(({ question, digest, failure }) => {
    if (question === 'manifest') return [];
    const epoch = Number(/ (\d+)$/.exec(question)?.[1] ?? 0);
    const isInputs = question.startsWith('maps 0 ');
    const isExpected = epochs.includes(epoch) || isInputs || !/\d$/.test(question);
    if (isExpected) return digest === sound.get(question) ? [] : [`${question}: ${failure?.message ?? 'wrong values'}`];
    return failure ? [] : [`${question} is read from an epoch that is not whole`];
  });
}

/** What is no run yet is in the list all the same, with a reason. */
async function checkListed(folder: string): Promise<string[]> {
  const isThere = await access(folder).then(
    () => true,
    () => false,
  );
  if (!isThere) return [];
  const listed = (await listRuns(join(folder, '..'))).find(
    (run) => run.folder === folder || run.id === folder.split(/[\\/]/).at(-1),
  );
  return listed?.status.state === 'broken' ? [] : [`it is listed as ${listed?.status.state ?? 'nothing'}`];
}
