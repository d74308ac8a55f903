/** What every part of the recorder of Python scripts is given. */
import type { RecorderEvent } from '../../protocol/recorderEvents.js';
import type { RecorderSettings } from '../../protocol/recorderSettings.js';
import type { WriterThread } from '../writer/writerThread.js';

export interface PythonContext {
  readonly settings: RecorderSettings;
  readonly script: { readonly file: string; readonly arguments: readonly string[] };
  readonly writer: WriterThread;
  /** Version of the interpreter; null before it has said so. */
  readonly python: string | null;
  send(event: RecorderEvent): void;
  isPaused(): boolean;
}
