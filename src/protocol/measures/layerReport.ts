/** The row of a layer in the table of layers. */
import type { InterValue } from './interSample.js';
import type { Provenance } from './provenance.js';

/** State of a layer's channels at one epoch, from the recorded statistics. */
export interface ChannelState {
  readonly layer: number;
  readonly epoch: number;
  /** max − min ≤ 1e-6 × the layer's range over all probes. */
  readonly dead: readonly number[];
  /** For each dead channel, the epoch since which it has been dead without a break. */
  readonly deadSince: readonly number[];
}

/** One row of the table of layers: the demo's, the tree's and the lens's numbers. */
export interface LayerReport {
  readonly layer: number;
  readonly epoch: number;
  readonly inter: InterValue | null;
  /** Mean over channels and probes of the intra-sample entropy, by epoch (null: damaged or none). */
  readonly intraByEpoch: readonly { readonly epoch: number; readonly bits: number | null }[];
  readonly intraBits: number | null;
  /** Half width of the 95 % interval of `intraBits` over the probes (normal approximation). */
  readonly intraHalfWidthBits: number | null;
  /** N probes, B bins, which range: what the two numbers above rest on. */
  readonly intraProvenance: Provenance;
  readonly channels: ChannelState;
}
