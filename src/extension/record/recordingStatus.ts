/** The status bar while a recording runs: one line of progress, and stop. */
import * as vscode from 'vscode';
import type { RecorderEvent } from '../../protocol/recorderEvents.js';
import { Disposables } from '../disposables.js';
import { advance, beginning, statusText, type ProgressState } from './progressState.js';

export class RecordingStatus implements vscode.Disposable {
  readonly #disposables = new Disposables();
  readonly #progress = this.#disposables.add(
    vscode.window.createStatusBarItem('cnnslicer.progress', vscode.StatusBarAlignment.Left, 11),
  );
  readonly #stop = this.#disposables.add(
    vscode.window.createStatusBarItem('cnnslicer.stop', vscode.StatusBarAlignment.Left, 10),
  );
  #state: ProgressState;

  constructor(name: string) {
    this.#state = beginning(name);
    this.#progress.name = vscode.l10n.t('CNNSlicer: recording');
    this.#progress.command = 'cnnslicer.showLog';
    this.#stop.name = vscode.l10n.t('CNNSlicer: stop recording');
    this.#stop.text = `$(debug-stop) ${vscode.l10n.t('Stop')}`;
    this.#stop.tooltip = vscode.l10n.t('Stop the training; what is recorded stays');
    this.#stop.command = 'cnnslicer.stop';
    this.#show();
    this.#progress.show();
    this.#stop.show();
  }

  get state(): ProgressState {
    return this.#state;
  }

  advance(event: RecorderEvent): void {
    this.#state = advance(this.#state, event);
    this.#show();
  }

  stopping(): void {
    this.#stop.text = `$(debug-stop) ${vscode.l10n.t('Stopping…')}`;
    this.#stop.command = undefined;
  }

  #show(): void {
    const text = statusText(this.#state, vscode.l10n.t);
    this.#progress.text = `$(loading~spin) ${text}`;
    this.#progress.tooltip = vscode.l10n.t('{0}. Click to see the log.', text);
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
