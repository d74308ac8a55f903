/**
 * Writes one epoch after another into a run folder. An epoch can be seen only when its commit record is
 * there, and that is written after every file it lists is durable.
 */
import type { PausedEpochs, RunManifest } from '../../protocol/run.js';
import { keyEntry, type DurableFolder } from './durableFiles.js';
import type { RunArrays } from './epochFiles.js';
import { checkedManifest } from '../format/manifestChecks.js';
import { baseKey, commitKey, type BaseRecord, type CommitRecord, type KeyEntry } from '../format/records.js';
import type { EpochRecord, RunWriter } from '../format/runAccess.js';
import { writeEnd, type EndOutcome } from './runEnd.js';
import { seal } from '../format/sealedRecord.js';
import { runMetadata } from '../format/zarrMetadata.js';

type Keys = ReadonlyMap<string, KeyEntry>;

export class DiskRunWriter implements RunWriter {
  readonly folder: string;
  #manifest: RunManifest;
  #baseNumber = -1;
  #previousEpoch = -1;
  /** Of the epoch that was written last. */
  #lastCommit: CommitRecord | null = null;
  #hasEnded = false;
  /** Calls are carried out one after another, in the order they came. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly files: DurableFolder,
    private readonly arrays: RunArrays,
    private readonly run: string,
    /** Metadata and probes as they are on disk. */
    private baseKeys: Keys,
  ) {
    this.folder = files.root;
    this.#manifest = arrays.manifest;
  }

  /** A writer for a folder whose metadata and probes are durable: `keys`. `run` is the run's token. */
  static async begin(files: DurableFolder, arrays: RunArrays, run: string, keys: Keys): Promise<DiskRunWriter> {
    const writer = new DiskRunWriter(files, arrays, run, keys);
    await writer.#writeBase(keys, arrays.manifest, `creating the run folder ${files.root}`);
    return writer;
  }

  writeEpoch(record: EpochRecord): Promise<{ byteCount: number }> {
    return this.#inTurn(() => this.#writeEpoch(record));
  }

  complete(record: EpochRecord): Promise<{ byteCount: number }> {
    return this.#inTurn(() => this.#complete(record));
  }

  extend(lastEpoch: number): Promise<{ byteCount: number }> {
    return this.#inTurn(async () => {
      if (lastEpoch <= this.#manifest.plan.lastEpoch) return { byteCount: 0 };
      return this.#amend({ lastEpoch }, `allocating ${lastEpoch} epochs in ${this.folder}`);
    });
  }

  notePauses(paused: readonly PausedEpochs[]): Promise<{ byteCount: number }> {
    return this.#inTurn(() => this.#amend({ paused: [...paused] }, `recording which epochs ${this.folder} leaves out`));
  }

  end(outcome: EndOutcome): Promise<void> {
    return this.#inTurn(() => {
      this.#hasEnded = true;
      return writeEnd(this.files, outcome);
    });
  }

  async #writeEpoch(record: EpochRecord): Promise<{ byteCount: number }> {
    const { epoch } = record;
    const { lastEpoch } = this.#manifest.plan;
    if (!Number.isSafeInteger(epoch) || epoch <= this.#previousEpoch || epoch > lastEpoch) {
      throw new RangeError(`epoch ${epoch} cannot follow ${this.#previousEpoch} in a run of ${lastEpoch}`);
    }
    const contents = this.arrays.epochFiles(record);
    this.#previousEpoch = epoch; // Even if it fails: no epoch is tried twice.
    const doing = `writing epoch ${epoch} to ${this.folder}`;
    const keys = await this.files.write(contents, doing);
    const commit: CommitRecord = { record: 'epoch', version: 1, run: this.run, epoch, keys: Object.fromEntries(keys) };
    try {
      await this.files.write([{ key: commitKey(epoch), kind: 'bytes', bytes: seal(commit) }], doing);
    } catch (error) {
      await this.files.removeUnlisted(commitKey(epoch), [...keys.keys()]);
      throw error;
    }
    this.#lastCommit = commit;
    return { byteCount: totalLength(keys) };
  }

  /** New files first, then the longer commit record in the place of the old: the epoch is as one or the other says. */
  async #complete(record: EpochRecord): Promise<{ byteCount: number }> {
    const commit = this.#lastCommit;
    const { epoch } = record;
    if (commit?.epoch !== epoch) throw new RangeError(`epoch ${epoch} is not the last that was written`);
    const doing = `adding maps to epoch ${epoch} in ${this.folder}`;
    const missing = this.arrays.epochFiles(record).filter(({ key }) => !Object.hasOwn(commit.keys, key));
    if (missing.length === 0) return { byteCount: 0 };
    const keys = await this.files.write(missing, doing);
    this.#lastCommit = { ...commit, keys: { ...commit.keys, ...Object.fromEntries(keys) } };
    const contents = [{ key: commitKey(epoch), kind: 'bytes', bytes: seal(this.#lastCommit) }] as const;
    await this.files.write(contents, doing, 'replace');
    return { byteCount: totalLength(keys) };
  }

  /** Base record first: until every file is replaced, each is as the old record or the new one says. */
  async #amend(
    change: Partial<Pick<RunManifest['plan'], 'lastEpoch' | 'paused'>>,
    doing: string,
  ): Promise<{ byteCount: number }> {
    const manifest = checkedManifest({ ...this.#manifest, plan: { ...this.#manifest.plan, ...change } });
    const changed = metadataFiles(manifest).filter(
      (file) => this.baseKeys.get(file.key)?.crc32c !== keyEntry(file).crc32c,
    );
    const keys = new Map(this.baseKeys);
    for (const file of changed) keys.set(file.key, keyEntry(file));
    const recordBytes = await this.#writeBase(keys, manifest, doing);
    await this.files.write(changed, doing, 'replace');
    const byteCount = recordBytes + totalLength(keys) - totalLength(this.baseKeys);
    this.baseKeys = keys;
    this.#manifest = manifest;
    return { byteCount };
  }

  /** Resolves with the record's length. */
  async #writeBase(keys: Keys, { plan }: RunManifest, doing: string): Promise<number> {
    const number = ++this.#baseNumber;
    const base: BaseRecord = {
      record: 'base',
      version: 1,
      run: this.run,
      number,
      lastEpoch: plan.lastEpoch,
      ...(plan.paused ? { paused: plan.paused } : {}),
      keys: Object.fromEntries(keys),
    };
    const bytes = seal(base);
    await this.files.write([{ key: baseKey(number), kind: 'bytes', bytes }], doing);
    return bytes.length;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => {
      if (this.#hasEnded) throw new Error(`the run in ${this.folder} has ended`);
      return work();
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** The zarr.json files of a run. */
export function metadataFiles(manifest: RunManifest): { key: string; kind: 'bytes'; bytes: Uint8Array }[] {
  return [...runMetadata(manifest)].map(([key, json]) => ({ key, kind: 'bytes', bytes: Buffer.from(json) }));
}

function totalLength(keys: Keys): number {
  return [...keys.values()].reduce((sum, { length }) => sum + length, 0);
}
