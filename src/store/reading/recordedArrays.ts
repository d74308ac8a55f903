/**
 * The arrays of one run, found through its records: which key, listed how, and what a person is told
 * when it is not there or cannot be believed.
 */
import { Failure } from '../../protocol/failure.js';
import type { MapSelection } from '../format/chunkSelection.js';
import { RunArrays } from '../writing/epochFiles.js';
import type { EpochIndex } from './epochIndex.js';
import { readFlat, type ValuesOf } from './flatReads.js';
import { chunkKey, runArrays, type ArrayLayout, type DataType } from '../format/layout.js';
import { metadataKey, readMapGeometry } from './mapChunks.js';
import type { OpenedManifest } from './openManifest.js';
import { readFailure, type Reading } from './readFailure.js';
import { commitKey, type CommitRecord, type KeyEntry } from '../format/records.js';
import { holds } from '../writing/runEnd.js';
import { listRecords, readBases, type BaseIndex } from './runIndex.js';
import { KeyProblem, type RunFiles } from '../safety/runPaths.js';
import type { MapGeometry } from '../format/shard.js';
import { readShardMaps } from './shardReads.js';

export class RecordedArrays {
  readonly #arrays: RunArrays;
  readonly #geometries = new Map<string, MapGeometry>();
  #base: BaseIndex;

  constructor(
    private readonly folder: string,
    private readonly files: RunFiles,
    opened: OpenedManifest,
    private readonly epochs: EpochIndex,
    private readonly isRecording: () => Promise<boolean>,
  ) {
    this.#arrays = new RunArrays(opened.manifest);
    this.#base = opened.base;
  }

  has(path: string): boolean {
    return this.#arrays.get(path) !== undefined;
  }

  /** Whether the array has values at a whole epoch. */
  async keeps(path: string, epoch: number): Promise<boolean> {
    const array = this.#arrays.get(path);
    if (!array) return false;
    return (await this.#listed(chunkKey(array, epoch), epoch, { what: path, folder: this.folder })) !== null;
  }

  /** The layout of an array. Throws a `not-found` Failure where the run keeps none; `what` names it. */
  layout(path: string, what: string): ArrayLayout {
    const array = this.#arrays.get(path);
    if (array) return array;
    const tryThis = 'Record again with a larger byte budget, or choose another layer.';
    throw this.#notRecorded(what, 'the run has none', tryThis);
  }

  /** A small array's values; `epoch` is null for arrays without that axis. */
  async flat<D extends DataType>(path: string, epoch: number | null, what: string): Promise<ValuesOf<D>> {
    const array = this.layout(path, what) as ArrayLayout & { dataType: D }; // the layout gives each path its type
    return this.#checked(array, epoch, what, (key, entry) => readFlat(this.files, key, entry, array));
  }

  /** Selected maps into `target`, whose length fits. */
  async maps(
    array: ArrayLayout,
    epoch: number | null,
    what: string,
    selection: MapSelection,
    target: Float32Array,
  ): Promise<void> {
    const geometry = await this.#geometry(array, what);
    await this.#checked(array, epoch, what, (key, entry) =>
      readShardMaps(this.files, key, entry, geometry, selection, target),
    );
  }

  async #geometry(array: ArrayLayout, what: string): Promise<MapGeometry> {
    const known = this.#geometries.get(array.path);
    if (known) return known;
    try {
      const geometry = await this.#readGeometry(array);
      this.#geometries.set(array.path, geometry);
      return geometry;
    } catch (error) {
      if (error instanceof KeyProblem) throw readFailure(error, metadataKey(array), { what, folder: this.folder });
      throw error;
    }
  }

  /** Metadata that the base records do not vouch for may be newer than they are: the run was extended. */
  async #readGeometry(array: ArrayLayout): Promise<MapGeometry> {
    try {
      return await readMapGeometry(this.files, this.#base, array);
    } catch (error) {
      if (!(error instanceof KeyProblem) || error.state !== 'altered') throw error;
      this.#base = await readBases(this.files, (await listRecords(this.files)).bases);
      return readMapGeometry(this.files, this.#base, array);
    }
  }

  /** Reads a key that a record lists, and turns what is wrong with it into a Failure. */
  async #checked<T>(
    array: ArrayLayout,
    epoch: number | null,
    what: string,
    read: (key: string, entry: KeyEntry) => Promise<T>,
  ): Promise<T> {
    const reading = { what, folder: this.folder };
    const key = chunkKey(array, epoch);
    const entry = await this.#entry(key, epoch, reading);
    try {
      return await read(key, entry);
    } catch (error) {
      if (!(error instanceof KeyProblem)) throw error;
      if (epoch !== null) this.epochs.doubt(epoch);
      throw readFailure(error, key, reading);
    }
  }

  async #entry(key: string, epoch: number | null, reading: Reading): Promise<KeyEntry> {
    if (epoch === null) {
      const entry = this.#base.entries.get(key)?.at(-1);
      if (entry) return entry;
      throw readFailure(new KeyProblem('missing', 'is not listed'), key, reading);
    }
    const entry = await this.#listed(key, epoch, reading);
    if (entry) return entry;
    throw this.#notRecorded(reading.what, 'they were not recorded at this epoch', 'Choose another epoch.');
  }

  /** What is not listed may be by now: the last epoch's maps are added when training has ended. */
  async #listed(key: string, epoch: number, reading: Reading): Promise<KeyEntry | null> {
    const { keys } = await this.#commit(epoch, reading);
    if (Object.hasOwn(keys, key)) return keys[key]!;
    this.epochs.doubt(epoch);
    const now = await this.#commit(epoch, reading);
    return Object.hasOwn(now.keys, key) ? now.keys[key]! : null;
  }

  async #commit(epoch: number, reading: Reading): Promise<CommitRecord> {
    try {
      return await this.epochs.commit(epoch);
    } catch (error) {
      if (!(error instanceof KeyProblem)) throw error;
      if (error.state !== 'missing') throw readFailure(error, commitKey(epoch), reading);
      throw await this.#withoutCommit(epoch, reading);
    }
  }

  /** An epoch without a record was never begun, is being written, or was cut off. */
  async #withoutCommit(epoch: number, reading: Reading): Promise<Failure> {
    if (!(await this.#hasFiles(epoch)) || (await this.isRecording())) {
      return this.#notRecorded(reading.what, `epoch ${epoch} is not recorded`, 'Choose another epoch.');
    }
    const problem = new KeyProblem('altered', 'is missing although other files of the epoch exist');
    return readFailure(problem, commitKey(epoch), reading);
  }

  async #hasFiles(epoch: number): Promise<boolean> {
    const keys = runArrays(this.#arrays.manifest)
      .filter(({ byEpoch }) => byEpoch)
      .map((array) => chunkKey(array, epoch));
    return (await Promise.all(keys.map((key) => holds(this.files, key)))).includes(true);
  }

  #notRecorded(what: string, wrong: string, tryThis: string): Failure {
    return new Failure({ kind: 'not-found', doing: `reading ${what} from ${this.folder}`, wrong, tryThis });
  }
}
