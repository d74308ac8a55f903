/** Inlay hints and gutter signs of layers: both off until a person asks for them, since the lens says the same. */
import * as vscode from 'vscode';
import { LayerDocuments } from '../detect/layerDocuments.js';
import type { LayerDefinition } from '../detect/layerDefinition.js';
import { Disposables } from '../disposables.js';
import type { LensRun } from '../lens/lensParts.js';
import type { Log } from '../log.js';
import { isShown } from '../match/isShown.js';
import type { LayerMatch } from '../match/matchLayers.js';
import type { LearnedStates } from '../problems/learnedState.js';
import type { DocumentRuns } from '../runs/documentRun.js';
import type { RunFacts } from '../runs/runFacts.js';
import { inlayText, signOf, signText, type LayerSign } from './layerMarks.js';

const SIGNS: readonly LayerSign[] = ['recorded', 'finding', 'stale'];
/** Signs follow typing at this distance. */
const SETTLE_MILLISECONDS = 400;

interface Matched {
  readonly definition: LayerDefinition;
  readonly match: LayerMatch;
}

export class InlineValues implements vscode.InlayHintsProvider, vscode.Disposable {
  readonly #disposables = new Disposables();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<void>());
  readonly onDidChangeInlayHints = this.#changed.event;
  readonly #signs = new Map<LayerSign, vscode.TextEditorDecorationType>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly documents: LayerDocuments,
    readonly runs: DocumentRuns,
    readonly facts: RunFacts,
    readonly states: LearnedStates,
    readonly media: vscode.Uri,
    readonly log: Log,
  ) {
    const { workspace, window } = vscode;
    this.#disposables.add(states.onArrival(() => this.#refresh()));
    this.#disposables.add(runs.catalog.onDidChange(() => this.#refresh()));
    this.#disposables.add(workspace.onDidChangeTextDocument(({ document }) => this.#soon(document)));
    this.#disposables.add(window.onDidChangeVisibleTextEditors(() => this.#soon()));
    this.#disposables.add(
      workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('cnnslicer') && this.#refresh()),
    );
    this.#disposables.add({ dispose: () => clearTimeout(this.#timer) });
    this.#soon();
  }

  async provideInlayHints(
    document: vscode.TextDocument,
    range: vscode.Range,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlayHint[]> {
    if (!isOn('inlayHints.enabled', document)) return [];
    const found = await this.#matched(document);
    if (!found || token.isCancellationRequested) return [];
    return found.matched.flatMap(({ definition, match }) => {
      const { end } = definition.span;
      const text = inlayText(match, found.run, vscode.l10n.t);
      if (text === null || !range.contains(new vscode.Position(end.line, end.character))) return [];
      const hint = new vscode.InlayHint(new vscode.Position(end.line, end.character), text);
      hint.paddingLeft = true;
      hint.tooltip = signText(match, found.run, vscode.l10n.t);
      return [hint];
    });
  }

  #refresh(): void {
    this.#changed.fire();
    this.#soon();
  }

  #soon(document?: vscode.TextDocument): void {
    if (document && !LayerDocuments.concerns(document)) return;
    if (
      this.#signs.size === 0 &&
      !vscode.window.visibleTextEditors.some(({ document: one }) => isOn('gutter.enabled', one))
    )
      return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => void this.#paintAll().catch((error: unknown) => this.log.error(error)),
      SETTLE_MILLISECONDS,
    );
  }

  async #paintAll(): Promise<void> {
    for (const editor of vscode.window.visibleTextEditors) await this.#paint(editor);
  }

  async #paint(editor: vscode.TextEditor): Promise<void> {
    const { document } = editor;
    const found = isOn('gutter.enabled', document) ? await this.#matched(document) : null;
    for (const sign of SIGNS) {
      const marks = (found?.matched ?? []).flatMap(({ definition: { line }, match }) =>
        found && signOf(match, found.run) === sign
          ? [{ range: new vscode.Range(line, 0, line, 0), hoverMessage: signText(match, found.run, vscode.l10n.t) }]
          : [],
      );
      if (marks.length > 0 || this.#signs.has(sign)) editor.setDecorations(this.#type(sign), marks);
    }
  }

  #type(sign: LayerSign): vscode.TextEditorDecorationType {
    let type = this.#signs.get(sign);
    if (!type) {
      const icon = (theme: string): { gutterIconPath: vscode.Uri } => ({
        gutterIconPath: vscode.Uri.joinPath(this.media, `gutter-${sign}-${theme}.svg`),
      });
      type = vscode.window.createTextEditorDecorationType({
        gutterIconSize: 'contain',
        light: icon('light'),
        dark: icon('dark'),
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      });
      this.#signs.set(sign, this.#disposables.add(type));
    }
    return type;
  }

  async #matched(document: vscode.TextDocument): Promise<{ run: LensRun; matched: Matched[] } | null> {
    if (!LayerDocuments.concerns(document)) return null;
    const { version } = document;
    const definitions = await this.documents.layers(document);
    const found = definitions.length > 0 ? await this.runs.newest(document, definitions) : null;
    const reports = found && this.facts.arrivedReports(found.run, () => this.#refresh());
    if (!found || !reports || document.version !== version) return null;
    const byLayer = new Map(reports.map((report) => [report.layer, report]));
    const matched = definitions.flatMap((definition, index): Matched[] => {
      const match = found.matches[index];
      return match && isShown(definition, match) ? [{ definition, match }] : [];
    });
    return { run: { name: found.run.name, reports: byLayer, needed: this.states.needed(found.run) }, matched };
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

function isOn(setting: string, document: vscode.TextDocument): boolean {
  return vscode.workspace.getConfiguration('cnnslicer', document).get(setting, false);
}
