/** What people say of runs, asked for in the editor: another name, tags, a pin. */
import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.js';
import {
  LONGEST_NAME,
  tagsIn,
  writeAnnotations,
  type AnnotatedRun,
  type RunAnnotations,
} from '../runs/runAnnotations.js';
import type { RunCatalog } from '../runs/runCatalog.js';
import { chosenRuns, runOf, type RunCommands } from './runCommands.js';
import type { RunNode } from '../tree/runTree.js';

export class AnnotationCommands {
  constructor(
    readonly catalog: RunCatalog,
    readonly runs: RunCommands,
  ) {}

  /** An empty name gives the run back the one that it was recorded with. */
  async rename(node?: RunNode): Promise<void> {
    const run = runOf(node) ?? (await this.runs.pick(vscode.l10n.t('Which run?')));
    if (!run) return;
    const asked = await vscode.window.showInputBox({
      title: vscode.l10n.t('Rename {0}', run.name),
      prompt: vscode.l10n.t('Recorded as {0}. Leave empty to restore this name.', run.recordedName),
      value: run.name,
      validateInput: (text) =>
        text.trim().length > LONGEST_NAME ? vscode.l10n.t('At most {0} characters.', LONGEST_NAME) : null,
    });
    if (asked === undefined) return;
    const name = asked.trim();
    await this.#write([run], () => ({ name: name === '' || name === run.recordedName ? null : name }));
  }

  async pin(node: RunNode | undefined, selected: readonly RunNode[], pinned: boolean): Promise<void> {
    const chosen = chosenRuns(node, selected);
    const asked = pinned ? vscode.l10n.t('Pin which run?') : vscode.l10n.t('Unpin which run?');
    const picked = chosen.length > 0 ? undefined : await this.runs.pick(asked);
    await this.#write(picked ? [picked] : chosen, () => ({ pinned }));
  }

  /** The same tags for all that are selected. */
  async editTags(node: RunNode | undefined, selected: readonly RunNode[] = []): Promise<void> {
    const chosen = chosenRuns(node, selected);
    const picked = chosen.length > 0 ? undefined : await this.runs.pick(vscode.l10n.t('Which run?'));
    const runs = picked ? [picked] : chosen;
    const [first] = runs;
    if (!first) return;
    const asked = await vscode.window.showInputBox({
      title: vscode.l10n.t('Tags of {0}', runs.map(({ name }) => name).join(', ')),
      prompt: vscode.l10n.t('Separated by commas'),
      value: first.annotations.tags.join(', '),
    });
    if (asked === undefined) return;
    const tags = tagsIn(asked);
    await this.#write(runs, () => ({ tags }));
  }

  async #write(runs: readonly AnnotatedRun[], change: (run: AnnotatedRun) => Partial<RunAnnotations>): Promise<void> {
    if (!vscode.workspace.isTrusted) throw notTrusted();
    for (const { folder } of runs) {
      // Whoever asks can only name a run that is listed.
      const run = await this.catalog.find(folder);
      if (run) await writeAnnotations(run.folder, { ...run.annotations, ...change(run) });
    }
    this.catalog.refresh();
  }
}

function notTrusted(): Failure {
  return new Failure({
    kind: 'environment',
    doing: 'saving the name, tags or pin of a run',
    wrong: 'the workspace is not trusted, so nothing is written to it',
    tryThis: 'Trust the workspace ("Workspaces: Manage Workspace Trust") and try again.',
  });
}
