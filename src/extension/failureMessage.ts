/** Shows a failure as one notification in its three parts; cancelled calls say nothing. */
import * as vscode from 'vscode';
import { Failure } from '../protocol/failure.js';
import type { Log } from './log.js';

export async function showFailure(error: unknown, log: Log): Promise<void> {
  if (error instanceof Failure && error.kind === 'cancelled') return;
  log.error(error);
  const showLog = vscode.l10n.t('Show Log');
  const chosen = await vscode.window.showErrorMessage(failureText(error), showLog);
  if (chosen === showLog) log.show();
}

function failureText(error: unknown): string {
  if (error instanceof Failure)
    return `${capitalised(error.doing)}: ${error.wrong}. ${error.tryThis.replace(/[^.!?]$/, '$&.')}`;
  const message = error instanceof Error ? error.message : String(error);
  return vscode.l10n.t('CNNSlicer hit an internal error: {0}. See the log for details.', message);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A handler whose failures are shown: for commands and everything that nobody awaits. */
export function guarded<A extends unknown[]>(
  log: Log,
  handler: (...args: A) => Promise<void> | void,
): (...args: A) => Promise<void> {
  return async (...args) => {
    try {
      await handler(...args);
    } catch (error) {
      void showFailure(error, log);
    }
  };
}
