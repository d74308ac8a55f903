/** The status bar while a recording runs: one line of progress, and stop. */
import * as vscode from 'vscode';
import type { RecorderEvent } from '../../protocol/recorderEvents.js';
import { Disposables } from '../disposables.js';
import {
  advance,
  beginning,
  latestRun,
  statusText,
  type ProgressState,
  type RecordingProgress,
} from '../words/progressState.js';

export class RecordingStatus implements vscode.Disposable {
  readonly #disposables = new Disposables();
  readonly #progress = this.#disposables.add(
    vscode.window.createStatusBarItem('cnnslicer.progress', vscode.StatusBarAlignment.Left, 11),
  );
  readonly #stop = this.#disposables.add(
    vscode.window.createStatusBarItem('cnnslicer.stop', vscode.StatusBarAlignment.Left, 10),
  );
  readonly #pause = this.#disposables.add(
    vscode.window.createStatusBarItem('cnnslicer.pause', vscode.StatusBarAlignment.Left, 10.5),
  );
  #recording: RecordingProgress;
  #isPaused = false;

  constructor(name: string) {
    this.#recording = beginning(name);
    this.#progress.name = vscode.l10n.t('CNNSlicer: recording');
    this.#progress.command = 'cnnslicer.showLog';
    this.#stop.name = vscode.l10n.t('CNNSlicer: stop recording');
    this.#stop.text = `$(debug-stop) ${vscode.l10n.t('Stop')}`;
    this.#stop.tooltip = vscode.l10n.t('Stop the training and keep what was recorded');
    this.#stop.command = 'cnnslicer.stop';
    this.#pause.name = vscode.l10n.t('CNNSlicer: pause recording');
    this.#show();
    this.#progress.show();
    this.#pause.show();
    this.#stop.show();
  }

  /** What is known of one of the recording's runs. */
  progressOf(folder: string): ProgressState | undefined {
    return this.#recording.runs.get(folder);
  }

  advance(event: RecorderEvent): void {
    this.#recording = advance(this.#recording, event);
    this.#show();
  }

  pausing(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#show();
  }

  stopping(): void {
    this.#pause.hide();
    this.#stop.text = `$(debug-stop) ${vscode.l10n.t('Stopping…')}`;
    this.#stop.tooltip = vscode.l10n.t('Click again to stop without saving the current epoch.');
  }

  #show(): void {
    const said = statusText(latestRun(this.#recording), vscode.l10n.t);
    const text = this.#isPaused ? vscode.l10n.t('{0}, paused', said) : said;
    this.#progress.text = `$(${this.#isPaused ? 'debug-pause' : 'loading~spin'}) ${text}`;
    this.#progress.tooltip = vscode.l10n.t('{0}. Click to see the log.', text);
    this.#pause.text = this.#isPaused
      ? `$(debug-continue) ${vscode.l10n.t('Resume')}`
      : `$(debug-pause) ${vscode.l10n.t('Pause')}`;
    this.#pause.tooltip = this.#isPaused
      ? vscode.l10n.t('Resume recording at the next epoch')
      : vscode.l10n.t('Pause recording after this epoch; training continues');
    this.#pause.command = this.#isPaused ? 'cnnslicer.resume' : 'cnnslicer.pause';
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
