/** "Does the network look at the object?": which run, what to mask, then the experiment and its place in the view. */
import * as vscode from 'vscode';
import type { Mask } from '../../protocol/control.js';
import type { ViewState } from '../../protocol/viewState.js';
import type { AnnotatedRun } from '../runs/runAnnotations.js';
import type { RunCommands } from '../commands/runCommands.js';
import { runOf } from '../commands/runCommands.js';
import type { RunNode } from '../tree/runTree.js';

interface MaskItem extends vscode.QuickPickItem {
  readonly mask: Mask;
}

/** From the tree, or from the palette, where the person picks a run. */
export async function controlExperiment(commands: RunCommands, node?: RunNode): Promise<void> {
  const run = runOf(node) ?? (await commands.pick(vscode.l10n.t('Which run?')));
  if (!run) return;
  const chosen = await vscode.window.showQuickPick(maskItems(), {
    canPickMany: true,
    title: vscode.l10n.t('Does {0} look at the object?', run.name),
    placeHolder: vscode.l10n.t('Part to mask in the probes'),
  });
  if (!chosen || chosen.length === 0) return;
  await experiment(
    commands,
    run,
    chosen.map(({ mask }) => mask),
  );
}

function maskItems(): MaskItem[] {
  const item = (mask: Mask, label: string, detail: string): MaskItem => ({ mask, label, detail, picked: true });
  return [
    item('foreground', vscode.l10n.t('The object'), vscode.l10n.t('Keep the background: how much does it reveal?')),
    item('background', vscode.l10n.t('The background'), vscode.l10n.t('Keep the object: is it sufficient?')),
    item('noise', vscode.l10n.t('Everything'), vscode.l10n.t('Noise: what does the network predict for pure noise?')),
  ];
}

/** Computed here, with progress and a way out; the view then finds it in the run's cache. */
async function experiment({ facts, panels }: RunCommands, run: AnnotatedRun, masks: Mask[]): Promise<void> {
  const { USUAL_CONTROL_PROBES: samples } = await import('../../protocol/control.js');
  const title = vscode.l10n.t('Masking the probes of {0}', run.name);
  const done = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      let told = 0;
      const engine = await facts.engine();
      const context = {
        signal: controller.signal,
        progress: ({ fraction, text }: { fraction: number; text?: string }) => {
          progress.report({ increment: 100 * (fraction - told), ...(text === undefined ? {} : { message: text }) });
          told = fraction;
        },
      };
      await engine.about('control', run.folder, { epoch: null, samples, masks }, context);
      return !token.isCancellationRequested;
    },
  );
  const state: Partial<ViewState> = { view: 'compare', epoch: null, compare: { control: { samples, masks } } };
  if (done) await panels.show(run, state);
}
