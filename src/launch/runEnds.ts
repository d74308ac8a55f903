/** What a recorder has told of its runs, and how those end that it could not end itself. */
import type { FailureParts } from '../protocol/failure.js';
import type { RecorderEvent } from '../protocol/recorderEvents.js';
import type { EndOutcome } from '../store/writing/runEnd.js';

interface Told {
  readonly hasEnded: boolean;
  /** The epochs that the run began for; null where the script did not say. */
  readonly plannedEpochs: number | null;
  /** Whether all of these are trained, and none since. */
  readonly isWhole: boolean;
  /** Why nothing more could be recorded. */
  readonly lost: FailureParts | null;
}

export class RunEnds {
  readonly #runs = new Map<string, Told>();

  get folders(): string[] {
    return [...this.#runs.keys()];
  }

  receive(event: RecorderEvent): void {
    switch (event.type) {
      case 'run-started':
        this.#runs.set(event.folder, { hasEnded: false, plannedEpochs: event.lastEpoch, isWhole: false, lost: null });
        return;
      case 'batch':
        return this.#note(event.folder, () => ({ isWhole: false }));
      case 'epoch-whole':
      case 'epoch-paused': {
        const { folder, epoch } = event;
        // A run of more fits than it began for has no last epoch that anybody knows.
        return this.#note(folder, ({ plannedEpochs }) => ({ isWhole: epoch === plannedEpochs }));
      }
      case 'run-ended':
        return this.#note(event.folder, () => ({ hasEnded: true }));
      case 'failed':
        if (event.folder !== null) this.#note(event.folder, () => ({ lost: event.failure }));
        return;
      case 'engine':
      case 'saving':
      case 'notice':
        return;
    }
  }

  /** By folder; `otherwise` is for runs in the middle of their training. */
  missing(otherwise: EndOutcome): [folder: string, outcome: EndOutcome][] {
    return [...this.#runs].flatMap(([folder, told]) => (told.hasEnded ? [] : [[folder, outcomeOf(told, otherwise)]]));
  }

  #note(folder: string, change: (told: Told) => Partial<Told>): void {
    const told = this.#runs.get(folder);
    if (told) this.#runs.set(folder, { ...told, ...change(told) });
  }
}

function outcomeOf({ lost, isWhole }: Told, otherwise: EndOutcome): EndOutcome {
  if (lost) return { state: 'broken', reason: `While ${lost.doing}: ${lost.wrong}. ${lost.tryThis}.` };
  return isWhole ? { state: 'finished', stopped: false } : otherwise;
}
