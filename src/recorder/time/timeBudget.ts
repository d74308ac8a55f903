/**
 * How much time recording may take: a share of the training's own, and the first seconds free. All models that a
 * process trains share it: what any of them has taken counts, and what others have still to record is held back.
 * First fewer probes, then fewer epochs; the first and the last of each model are always recorded. A process that is
 * stopped has less time: it is ended by force. All times are milliseconds, of the clock that is given; nothing of
 * the script's is touched.
 */

/** Recording that takes less than this altogether leaves nothing out. */
const FREE_MILLISECONDS = 10_000;

/** Of the five seconds that a stopped process has, what may be planned with: the rest is for the disk. */
const STOP_MILLISECONDS = 2_000;

/** Of a training that is stopped before its first epoch is recorded: the state before it, and the last. */
const EPOCHS_AT_STOP = 2;

/** Probes are not given up below this. */
const LEAST_PROBES = 10;

/** One model that the process trains, and what recording it takes. */
export interface ModelTime {
  /** That recording it has taken, what is under way included. */
  readonly milliseconds: number;
  /** Of one epoch: as measured, or as planned before the first. Null: neither is known. */
  readonly perEpoch: number | null;
  /** Of all that was planned for it; null: it has no plan yet. */
  readonly planned: number | null;
  /** Whether an epoch of it has yet to be recorded, the last one at least. */
  readonly isDue: boolean;
  /** Whether its newest epoch was left out for lack of time. */
  readonly isWaiting: boolean;
}

export interface ProbeTimes {
  /** Planned without regard to time. */
  readonly count: number;
  /** Of one probe at one epoch. */
  readonly perProbe: number;
  /** Epochs that are to be recorded. */
  readonly epochs: number;
  /** Of the training that is still to come, as far as it is expected. */
  readonly remaining: number;
}

export class TimeBudget {
  readonly #models: ModelTime[] = [];
  #beganAt: number | null = null;
  #stopsAt: number | null = null;

  /** `share`: of the training's time; 0.5 is half as long as the training. */
  constructor(
    readonly share: number,
    readonly now: () => number = () => performance.now(),
  ) {}

  /** A model begins to be trained. */
  add(model: ModelTime): void {
    this.#beganAt ??= this.now();
    this.#models.push(model);
  }

  /** The process is told to end. */
  stop(): void {
    this.#stopsAt = this.now() + STOP_MILLISECONDS;
  }

  get isStopping(): boolean {
    return this.#stopsAt !== null;
  }

  /** How long the script has trained, without what recording took. */
  get training(): number {
    return Math.max(0, this.now() - (this.#beganAt ?? this.now()) - this.#recording);
  }

  /** How many probes of a model without a plan can be recorded at every epoch; the others without one get as much time. */
  probeCount({ count, perProbe, epochs, remaining }: ProbeTimes): number {
    const unplanned = Math.max(1, this.#due.filter(({ planned }) => planned === null).length);
    const possible =
      this.#stopsAt === null
        ? (this.#allowed(remaining) - this.#recording - this.#reserved) / unplanned / (epochs * perProbe)
        : (this.#stopsAt - this.now()) / unplanned / (EPOCHS_AT_STOP * perProbe);
    return Math.min(count, Math.max(LEAST_PROBES, Math.floor(possible)));
  }

  /** Whether another epoch of the model can be recorded, and the last one of every model after it. */
  hasTime(model: ModelTime): boolean {
    const before = this.#models.filter((other) => isBefore(other, model));
    const epochs = [model, ...this.#due, ...before].reduce((sum, { perEpoch }) => sum + (perEpoch ?? 0), 0);
    return this.#recording + epochs <= this.#allowed(0);
  }

  /** When `remaining` more has been trained. */
  #allowed(remaining: number): number {
    return FREE_MILLISECONDS + this.share * (this.training + remaining);
  }

  get #recording(): number {
    return this.#models.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  }

  get #due(): readonly ModelTime[] {
    return this.#models.filter(({ isDue }) => isDue);
  }

  /** What models have been promised and not had yet. */
  get #reserved(): number {
    return this.#due.reduce(
      (sum, { planned, perEpoch, milliseconds }) =>
        sum + (planned === null ? 0 : Math.max(planned - milliseconds, perEpoch ?? 0)),
      0,
    );
  }
}

/** Of several models that wait for time, the one that has had least comes first: else the quickest took all. */
function isBefore(other: ModelTime, model: ModelTime): boolean {
  return other !== model && other.isDue && other.isWaiting && other.milliseconds < model.milliseconds;
}
