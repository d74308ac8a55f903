/**
 * How much time recording may take: a share of the training's own, and the first seconds free. First fewer
 * probes, then fewer epochs; the first and the last are always recorded. A process that is stopped has less time:
 * it is ended by force. All times are milliseconds, given by the caller: no clock is read here, and nothing of the
 * script's is touched.
 */

/** Recording that takes less than this altogether leaves nothing out. */
const FREE_MILLISECONDS = 10_000;

/** Of the five seconds that a stopped process has, what may be planned with: the rest is for the disk. */
const STOP_MILLISECONDS = 2_000;

/** Of a training that is stopped before its first epoch is recorded: the state before it, and the last. */
const EPOCHS_AT_STOP = 2;

/** Probes are not given up below this. */
const LEAST_PROBES = 10;

export interface ProbeTimes {
  /** Planned without regard to time. */
  readonly count: number;
  /** Of one probe at one epoch. */
  readonly perProbe: number;
  /** Epochs that are to be recorded. */
  readonly epochs: number;
  /** Of all training, as far as it is expected. */
  readonly training: number;
}

export class TimeBudget {
  #recording = 0;
  #beganAt: number | null = null;
  #stopsAt: number | null = null;

  /** `share`: of the training's time; 0.5 is half as long as the training. */
  constructor(readonly share: number) {}

  /** The first training begins; later ones share its budget. */
  begin(now: number): void {
    this.#beganAt ??= now;
  }

  /** Recording took so long. */
  spend(milliseconds: number): void {
    this.#recording += milliseconds;
  }

  /** The process is told to end. */
  stop(now: number): void {
    this.#stopsAt = now + STOP_MILLISECONDS;
  }

  get isStopping(): boolean {
    return this.#stopsAt !== null;
  }

  /** How long the script has trained, without what recording took. */
  training(now: number): number {
    return Math.max(0, now - (this.#beganAt ?? now) - this.#recording);
  }

  /** How many probes can be recorded at every epoch. */
  probeCount({ count, perProbe, epochs, training }: ProbeTimes, now: number): number {
    const possible =
      this.#stopsAt === null
        ? (FREE_MILLISECONDS + this.share * training - this.#recording) / (epochs * perProbe)
        : // Another model of the script may need as much.
          (this.#stopsAt - now) / 2 / (EPOCHS_AT_STOP * perProbe);
    return Math.min(count, Math.max(LEAST_PROBES, Math.floor(possible)));
  }

  /**
   * Whether another epoch, which takes `perEpoch`, can be recorded and the last one after it, when training has
   * taken `training` so far.
   */
  hasTime(perEpoch: number, training: number): boolean {
    return this.#recording + 2 * perEpoch <= FREE_MILLISECONDS + this.share * training;
  }
}
