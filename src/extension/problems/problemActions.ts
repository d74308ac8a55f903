/** Quick fixes of the problems that recordings say: the edits themselves are computed beside this file. */
import * as vscode from 'vscode';
import type { Log } from '../log.js';
import { ignoreComment } from './ignoreComments.js';
import { PROBLEM_CODES, type ProblemCode } from './layerFindings.js';
import { PROBLEM_SOURCE, type LayerProblems } from './layerProblems.js';

export class ProblemActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  };

  constructor(
    readonly problems: LayerProblems,
    readonly log: Log,
  ) {}

  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    return diagnostics.flatMap((diagnostic) => {
      const code = codeOf(diagnostic);
      return code === null ? [] : [ignoreAction(document, diagnostic, code)];
    });
  }
}

function ignoreAction(
  document: vscode.TextDocument,
  diagnostic: vscode.Diagnostic,
  code: ProblemCode,
): vscode.CodeAction {
  const action = new vscode.CodeAction(vscode.l10n.t('Ignore on this line'), vscode.CodeActionKind.QuickFix);
  const line = document.lineAt(diagnostic.range.end.line);
  action.edit = new vscode.WorkspaceEdit();
  action.edit.insert(document.uri, line.range.end, ignoreComment(code, line.text));
  action.diagnostics = [diagnostic];
  return action;
}

function codeOf({ source, code }: vscode.Diagnostic): ProblemCode | null {
  const value = typeof code === 'object' ? code.value : code;
  return source === PROBLEM_SOURCE ? (PROBLEM_CODES.find((one) => one === value) ?? null) : null;
}
