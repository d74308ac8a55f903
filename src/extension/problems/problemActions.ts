/** Quick fixes of the problems that recordings say: the edits themselves are computed in reduce/. */
import * as vscode from 'vscode';
import type { ShowEntropyArguments } from '../showEntropy.js';
import type { Log } from '../log.js';
import { documentReduction } from '../reduce/documentReduction.js';
import type { ReductionPlan } from '../reduce/reductionPlan.js';
import { reductionTitle, savingTitle } from '../reduce/reductionText.js';
import { ignoreComment } from './ignoreComments.js';
import { neededCount, PROBLEM_CODES, type ProblemCode } from './layerFindings.js';
import {
  PROBLEM_SOURCE,
  rangeOf,
  type JudgedDefinition,
  type JudgedDocument,
  type LayerProblems,
} from './layerProblems.js';
import { byRange, type Group } from './problemGroups.js';
import { problemSpan } from '../detect/problemSpan.js';

const { QuickFix } = vscode.CodeActionKind;

export class ProblemActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = { providedCodeActionKinds: [QuickFix] };

  constructor(
    readonly problems: LayerProblems,
    readonly log: Log,
  ) {}

  async provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> {
    const ours = diagnostics.flatMap((diagnostic) => {
      const code = codeOf(diagnostic);
      return code === null ? [] : [{ diagnostic, code }];
    });
    if (ours.length === 0) return [];
    const reductions = await this.#reductions(document, byRange(ours.map(({ diagnostic }) => diagnostic)), token);
    const isOneOfMany = ours.length > 1;
    return [
      ...reductions,
      ...ours.map(({ diagnostic, code }) => ignoreAction(document, diagnostic, code, isOneOfMany)),
    ];
  }

  async #reductions(
    document: vscode.TextDocument,
    groups: readonly DiagnosticsOfLayer[],
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> {
    const whole = await this.problems.judged(document, ({ run }) => this.problems.states.recorded(run));
    if (!whole || token.isCancellationRequested) return [];
    const actions: vscode.CodeAction[] = [];
    for (const diagnostics of groups) {
      const { range } = diagnostics[0];
      const judged = whole.judged.find(({ definition }) => rangeOf(problemSpan(definition)).isEqual(range));
      if (!judged) continue;
      for (const wish of wishesOf(judged)) {
        const plan = await documentReduction(this.problems.documents, document, whole, judged.at, wish.count);
        if (plan) actions.push(reductionAction(document, diagnostics, wish, plan));
      }
      if (judged.evidence.dead.length > 0) actions.push(epochAction(document, diagnostics, judged, whole));
    }
    return actions;
  }
}

type DiagnosticsOfLayer = Group<vscode.Diagnostic>;

interface Wish {
  readonly title: string;
  readonly count: number;
}

/** What would help: as many as are needed, or all but the dead. */
function wishesOf({ evidence }: JudgedDefinition): Wish[] {
  const { layer, dead } = evidence;
  if (layer.kind !== 'conv' && layer.kind !== 'dense') return [];
  const wishes: Wish[] = [];
  const needed = neededCount(evidence);
  if (needed !== null) wishes.push({ count: needed, title: reductionTitle(layer, needed, vscode.l10n.t) });
  const living = layer.channelCount - dead.length;
  if (dead.length > 0 && living > 0 && living !== needed)
    wishes.push({ count: living, title: removalTitle(dead.length, living, layer.kind === 'dense') });
  return wishes;
}

function removalTitle(dead: number, living: number, isOfUnits: boolean): string {
  if (isOfUnits)
    return dead === 1
      ? vscode.l10n.t('Remove the dead unit (units: {0})', living)
      : vscode.l10n.t('Remove {0} dead units (units: {1})', dead, living);
  return dead === 1
    ? vscode.l10n.t('Remove the dead channel (filters: {0})', living)
    : vscode.l10n.t('Remove {0} dead channels (filters: {1})', dead, living);
}

/** Applied with one press, and undone with one step: its title says what it does. */
function reductionAction(
  document: vscode.TextDocument,
  diagnostics: DiagnosticsOfLayer,
  { title }: Wish,
  plan: ReductionPlan,
): vscode.CodeAction {
  if (plan.state === 'refused') {
    const action = new vscode.CodeAction(vscode.l10n.t('“{0}” is not possible. Why?', title), QuickFix);
    action.command = { title, command: 'cnnslicer.explainRefusal', arguments: [title, plan.reason] };
    action.diagnostics = diagnostics;
    return action;
  }
  const action = new vscode.CodeAction(savingTitle(title, plan, vscode.l10n.t), QuickFix);
  action.edit = new vscode.WorkspaceEdit();
  for (const { span, text } of plan.edits) action.edit.replace(document.uri, rangeOf(span), text);
  action.diagnostics = diagnostics;
  action.isPreferred = true;
  return action;
}

/** To the epochs before and after a channel's death. */
function epochAction(
  document: vscode.TextDocument,
  diagnostics: DiagnosticsOfLayer,
  { evidence: { layer } }: JudgedDefinition,
  { found }: JudgedDocument,
): vscode.CodeAction {
  const title = vscode.l10n.t('Show the epoch at which it died');
  const action = new vscode.CodeAction(title, QuickFix);
  const target: ShowEntropyArguments = { run: found.run.folder, layer: layer.index, script: document.uri.fsPath };
  action.command = { title, command: 'cnnslicer.findEpoch', arguments: [target] };
  action.diagnostics = diagnostics;
  return action;
}

function ignoreAction(
  document: vscode.TextDocument,
  diagnostic: vscode.Diagnostic,
  code: ProblemCode,
  isOneOfMany: boolean,
): vscode.CodeAction {
  const title = isOneOfMany ? vscode.l10n.t('Ignore for this line: {0}', code) : vscode.l10n.t('Ignore for this line');
  const action = new vscode.CodeAction(title, QuickFix);
  const line = document.lineAt(diagnostic.range.end.line);
  action.edit = new vscode.WorkspaceEdit();
  action.edit.insert(document.uri, line.range.end, ignoreComment(code, line.text, document.languageId));
  action.diagnostics = [diagnostic];
  return action;
}

/** The reason why a reduction is refused, to somebody who asked. */
export async function explainRefusal(title?: string, reason?: string): Promise<void> {
  if (title === undefined || reason === undefined) return;
  await vscode.window.showInformationMessage(vscode.l10n.t('“{0}” is not possible: {1}.', title, reason));
}

function codeOf({ source, code }: vscode.Diagnostic): ProblemCode | null {
  const value = typeof code === 'object' ? code.value : code;
  return source === PROBLEM_SOURCE ? (PROBLEM_CODES.find((one) => one === value) ?? null) : null;
}
