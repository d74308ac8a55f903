/**
 * What a request for distance MI says of the distances it is about to find over whole layers: others wait for them
 * (see worker/keptBounds.ts), so it says so only where that is soon.
 */
import { lengthOf } from '../mapShape.js';
import { withMaps, type SelectedEpoch, type SelectedLayer } from '../resolveSelection.js';
import { boundsKey, type BoundsKey } from '../worker/keptBounds.js';
import type { OpenedRun } from '../worker/openedRun.js';
import type { Session } from '../worker/session.js';
import { pairedOf, type DistanceMiPlan } from './distanceMi.js';
import { indicesTag } from './sliceText.js';

/** Multiplications that counting one pair in one cell takes the time of. */
const COUNT_COST = 32;

export class AnnouncedBounds {
  private readonly announced = new Map<SelectedEpoch, BoundsKey[]>();
  private readonly layers: readonly SelectedLayer[];

  constructor(
    private readonly session: Session,
    private readonly run: OpenedRun,
    private readonly plan: DistanceMiPlan,
    epochs: readonly SelectedEpoch[],
  ) {
    const { of, a, b } = plan;
    this.layers = of === 'channels' ? [...new Set([...a, ...b])].filter(({ isWhole }) => isWhole) : [];
    if (this.isSoon()) for (const epoch of epochs) this.announce(epoch);
  }

  /** Distances come first of all that is found of an epoch. */
  async during<T>(epoch: SelectedEpoch, work: () => Promise<T>): Promise<T> {
    if (!this.announced.has(epoch)) this.announce(epoch);
    try {
      return await work();
    } finally {
      this.withdraw(epoch);
    }
  }

  /** What was announced and did not come will not come. */
  withdrawAll(): void {
    for (const epoch of this.announced.keys()) this.withdraw(epoch);
  }

  /** Whether what is found between one epoch's distances and the next one's takes less time than multiplying. */
  private isSoon(): boolean {
    const { a, b, chosen } = this.plan;
    const channels = (layers: readonly SelectedLayer[]): number =>
      layers.reduce((sum, layer) => sum + layer.channels.length, 0);
    const values = this.layers.reduce(
      (sum, { layer, channels: some }) => sum + some.length * lengthOf(this.run.manifest.layers[layer].mapShape),
      0,
    );
    const isBare = chosen.permutations === 0 && !chosen.interval && !chosen.sensitivity;
    return isBare && COUNT_COST * channels(a) * channels(b) <= values;
  }

  private announce(epoch: SelectedEpoch): void {
    const samples = indicesTag(pairedOf(withMaps(epoch.samples, this.run.manifest)));
    const keys = this.layers.map(({ layer }) => boundsKey(this.run, layer, epoch.epoch, samples));
    this.announced.set(
      epoch,
      keys.filter((key) => this.session.bounds.announce(key)),
    );
  }

  private withdraw(epoch: SelectedEpoch): void {
    const keys = this.announced.get(epoch) ?? [];
    this.announced.set(epoch, []);
    for (const key of keys) this.session.bounds.deliver(key, null);
  }
}
