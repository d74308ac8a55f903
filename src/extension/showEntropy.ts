/** What the command that shows a layer's entropy is told. */
import type { LayerView } from './panel/layerQuery.js';

/** What a lens passes to `cnnslicer.showEntropy`; without a run, the command offers to record. */
export interface ShowEntropyArguments {
  readonly run: string | null;
  readonly layer: number | null;
  readonly script: string;
  /** The view that is opened at the layer; the query view by default. */
  readonly view?: LayerView;
}
