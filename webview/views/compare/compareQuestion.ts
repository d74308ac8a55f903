/** What is asked for a choice: which state is "from" and which is "to". */
import type { CompareCandidate, CompareChoice, CompareQuestion, StateQuestion } from '../../../src/protocol/compare.js';
import { dateWords } from '../../text/words.js';

export interface ComparedPair {
  readonly own: CompareCandidate;
  /** The own run itself where two of its epochs are compared. */
  readonly other: CompareCandidate;
}

/** The chosen run, else the first other one, else the run itself; null where the run has no epoch. */
export function pairOfChoice(candidates: readonly CompareCandidate[], choice: CompareChoice): ComparedPair | null {
  const own = candidates.find((one) => one.own);
  if (!own) return null;
  const chosen = candidates.find(({ id }) => id === choice.other);
  return { own, other: chosen ?? candidates.find((one) => !one.own) ?? own };
}

/** Epochs of the other and of the own run; of one run its first and its last where nobody chose. */
export function epochsOf({ own, other }: ComparedPair, { epochs }: CompareChoice): readonly [number, number] {
  const first = other.own ? other.epochs[0] : (other.epochs.at(-1) ?? 0);
  const known = (run: CompareCandidate, epoch: number | null | undefined): number | null =>
    epoch != null && run.epochs.includes(epoch) ? epoch : null;
  return [known(other, epochs?.[0]) ?? first, known(own, epochs?.[1]) ?? own.epochs.at(-1) ?? 0];
}

/** The older run is "from", as a reader expects, until a person turns it round. */
export function questionOf(pair: ComparedPair, choice: CompareChoice): CompareQuestion {
  const [otherEpoch, ownEpoch] = epochsOf(pair, choice);
  const own: StateQuestion = { run: null, epoch: ownEpoch };
  const other: StateQuestion = { run: pair.other.own ? null : pair.other.id, epoch: otherEpoch };
  return ownIsFrom(pair, choice) ? { from: own, to: other } : { from: other, to: own };
}

export function ownIsFrom({ own, other }: ComparedPair, { reversed = false }: CompareChoice): boolean {
  const ownIsOlder = !other.own && own.createdAt < other.createdAt;
  return ownIsOlder !== reversed;
}

/** "train, 21 Nov 2026 16:36, 054b3a53 with changes" */
export function candidateWords({ name, createdAt, git, own }: CompareCandidate): string {
  const commit = git ? `, ${git.commit.slice(0, 8)}${git.dirty ? ' with changes' : ''}` : '';
  return `${own ? 'this run' : name}, ${dateWords(createdAt)}${commit}`;
}
