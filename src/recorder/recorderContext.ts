/** What every part of the recorder is given: made once by the runner. */
import type { RecorderEvent } from '../protocol/recorderEvents.js';
import type { RecorderSettings } from '../protocol/recorderSettings.js';
import type { StartedEngine } from './engine/startEngine.js';
import type { TensorFlowWithLayers } from './hooks/layersApi.js';
import type { SourcePositions } from './hooks/sourcePositions.js';
import type { LayerConstructions } from './hooks/watchLayerConstruction.js';
import type { WriterThread } from './writer/writerThread.js';

export interface RecorderContext {
  readonly tf: TensorFlowWithLayers;
  readonly engine: StartedEngine;
  readonly settings: RecorderSettings;
  /** Absolute path and arguments of the script that is recorded. */
  readonly script: { readonly file: string; readonly arguments: readonly string[] };
  readonly constructions: LayerConstructions;
  readonly positions: SourcePositions;
  readonly writer: WriterThread;
  /** Names of the classes where the data set gives some; null: they are numbered. */
  classNames(): readonly string[] | null;
  send(event: RecorderEvent): void;
}
