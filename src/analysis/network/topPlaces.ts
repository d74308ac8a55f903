/** The samples that a channel answers most, and where in their maps: one place a sample. */

export interface TopPlace {
  readonly sample: number;
  /** In the map, row-major. */
  readonly place: number;
  readonly value: number;
}

export class TopPlaces {
  /** Largest first; of equals the one that was offered first. */
  readonly places: TopPlace[] = [];

  constructor(private readonly most: number) {}

  /** A map of one sample; places of NaN and ±Inf are passed over, and a map without any other is not kept. */
  offer(sample: number, values: ArrayLike<number>, from: number, length: number): void {
    let place = -1;
    let value = this.places.length < this.most ? -Infinity : this.places.at(-1)!.value;
    for (let i = 0; i < length; i++) {
      const one = values[from + i];
      if (one > value && one < Infinity) {
        value = one;
        place = i;
      }
    }
    if (place < 0) return;
    const at = this.places.findIndex((other) => other.value < value);
    this.places.splice(at < 0 ? this.places.length : at, 0, { sample, place, value });
    if (this.places.length > this.most) this.places.pop();
  }
}
