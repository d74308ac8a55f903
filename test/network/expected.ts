/** What test/fixtures/network/make.py wrote. */
import { readFileSync } from 'node:fs';
import type { LinkageMethod } from '../../src/protocol/network.js';

interface Expected {
  readonly trees: readonly {
    readonly rows: readonly (readonly number[])[];
    readonly method: LinkageMethod;
    readonly linkage: readonly (readonly number[])[];
    /** Sum of distances of neighbours in the best order of the tree. */
    readonly shortest: number;
    readonly scipyOrder: readonly number[];
    readonly scipyLength: number;
    readonly counts: readonly {
      readonly clusters: number;
      readonly silhouette: number;
      readonly calinskiHarabasz: number;
    }[];
  }[];
  readonly blocks: readonly {
    readonly matrix: readonly (readonly number[])[];
    readonly bundles: readonly { readonly sources: readonly number[]; readonly targets: readonly number[] }[];
  }[];
  readonly bicliques: readonly { readonly matrix: readonly (readonly number[])[]; readonly largestArea: number }[];
  readonly fields: readonly {
    readonly length: number;
    readonly layers: readonly {
      readonly kernelSize: number;
      readonly strides: number;
      readonly padding: string;
      readonly dilationRate: number;
    }[];
    readonly lengths: readonly number[];
    /** First and last input that each output position depends on. */
    readonly windows: readonly (readonly [first: number, last: number])[];
  }[];
}

export const expected = JSON.parse(
  readFileSync(new URL('../fixtures/network/expected.json', import.meta.url), 'utf8'),
) as Expected;
