/** The output channel "CNNSlicer": what the training script prints, and our own lines between. */
import * as vscode from 'vscode';
import { Failure } from '../protocol/failure.js';
import { BoundedText } from './record/boundedText.js';

const FLUSH_MILLISECONDS = 100;

export class Log implements vscode.Disposable {
  readonly #channel = vscode.window.createOutputChannel('CNNSlicer');
  #waiting = '';
  #timer: NodeJS.Timeout | undefined;
  #bounded = new BoundedText();

  /** A line of our own. */
  line(text: string): void {
    this.#write(`[cnnslicer ${new Date().toISOString().slice(11, 19)}] ${text}\n`);
  }

  /** A failure in its three parts, or a bug with its stack. */
  error(error: unknown): void {
    if (error instanceof Failure) this.line(`${error.doing}\n    ${error.wrong}\n    ${error.tryThis}`);
    else this.line(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  /** What the child process wrote, bounded for each recording. */
  output(chunk: Uint8Array | string): void {
    this.#write(this.#bounded.take(chunk));
  }

  /** The next recording may write as much as the one before. */
  newRecording(): void {
    this.#bounded = new BoundedText();
  }

  show(): void {
    this.#flush();
    this.#channel.show(true);
  }

  #write(text: string): void {
    this.#waiting += text;
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MILLISECONDS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting) this.#channel.append(this.#waiting);
    this.#waiting = '';
  }

  dispose(): void {
    this.#flush();
    this.#channel.dispose();
  }
}
