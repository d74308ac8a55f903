/** What a person asks to have recorded; what is left out is as the settings say. */
import type { ModelTraining } from '../../protocol/recorderSettings.js';

export interface RecordingWish {
  /** Absolute path of the script, or of the file that exports a model, or of a saved one. */
  readonly script: string;
  /** The data set that the model is trained on; null: the file is a script. */
  readonly dataSet: string | null;
  /** How a model is trained that has no script; only with `dataSet`. */
  readonly training?: Partial<ModelTraining>;
  readonly name?: string;
  readonly arguments?: readonly string[];
  readonly epochs?: number;
  readonly probes?: number;
  /** Of the choice of probes. */
  readonly seed?: number;
  readonly byteBudgetMiB?: number;
  /** Where training knows no epochs. */
  readonly batchesPerEpoch?: number;
  /** One run for each: trained on so many of the training samples. */
  readonly trainSizes?: readonly number[];
  /** Names of layers whose maps are kept whole under any budget. */
  readonly pinnedLayers?: readonly string[];
  /** The folder that it runs in and that runs go to; the script's workspace folder by default. */
  readonly root?: string;
}
