/** Which epochs of a run are whole, from their commit records and the files these list. */
import type { EpochState } from '../../protocol/run.js';
import type { CommitRecord } from '../format/records.js';
import { commitBytes, readCommit } from './runIndex.js';
import { KeyProblem, type RunFiles } from '../safety/runPaths.js';

/** How many keys of commit records are kept in memory; an epoch of a large model lists some hundred. */
const REMEMBERED_KEYS = 200_000;

export type SeenEpoch = EpochState & { readonly byteCount: number };

export class EpochIndex {
  readonly #commits = new Map<number, { readonly commit: CommitRecord; readonly keyCount: number }>();
  #keyCount = 0;
  readonly #whole = new Map<number, SeenEpoch>();

  constructor(
    private readonly files: RunFiles,
    private readonly run: string,
  ) {}

  /** The commit record of an epoch; that of the last one grows once, when training has ended. Throws `KeyProblem`. */
  async commit(epoch: number): Promise<CommitRecord> {
    const known = this.#commits.get(epoch);
    if (known) return known.commit;
    const commit = await readCommit(this.files, this.run, epoch);
    this.#forget(epoch); // another caller may have read it meanwhile
    const keyCount = Object.keys(commit.keys).length;
    this.#commits.set(epoch, { commit, keyCount });
    this.#keyCount += keyCount;
    for (const oldest of this.#commits.keys()) {
      if (this.#keyCount <= REMEMBERED_KEYS || oldest === epoch) break;
      this.#forget(oldest);
    }
    return commit;
  }

  #forget(epoch: number): void {
    this.#keyCount -= this.#commits.get(epoch)?.keyCount ?? 0;
    this.#commits.delete(epoch);
  }

  /** Forgets that an epoch was seen whole, and its record: a read of it has failed, or the record may have grown. */
  doubt(epoch: number): void {
    this.#whole.delete(epoch);
    this.#forget(epoch);
  }

  /**
   * State of an epoch that has a commit record: whether the record can be believed and, unless
   * `recordsOnly`, every file that it lists is there with its length. Checksums are left to the reads.
   */
  async state(epoch: number, recordsOnly: boolean): Promise<SeenEpoch> {
    const known = this.#whole.get(epoch);
    if (known) return known;
    let byteCount = 0;
    let key = 'its commit record';
    try {
      const commit = await this.commit(epoch);
      byteCount = commitBytes(commit);
      if (recordsOnly) return { epoch, state: 'whole', byteCount };
      for (const [name, { length }] of Object.entries(commit.keys)) await this.#checkFile(name, length);
    } catch (error) {
      if (!(error instanceof KeyProblem)) throw error;
      if (error instanceof FileProblem) key = error.key;
      return { epoch, state: 'damaged', reason: `${key} ${error.message}`, byteCount };
    }
    const seen: SeenEpoch = { epoch, state: 'whole', byteCount };
    this.#whole.set(epoch, seen);
    return seen;
  }

  async #checkFile(key: string, expected: number): Promise<void> {
    try {
      const length = await this.files.length(key);
      if (length !== expected) throw new KeyProblem('altered', `is ${length} bytes long instead of ${expected}`);
    } catch (error) {
      if (error instanceof KeyProblem) throw new FileProblem(key, error);
      throw error;
    }
  }
}

class FileProblem extends KeyProblem {
  constructor(
    readonly key: string,
    problem: KeyProblem,
  ) {
    super(problem.state, problem.message, { cause: problem });
  }
}
