/** Puts what recordings say against layers into Problems; the words are made in layerFindings. */
import * as vscode from 'vscode';
import { LayerDocuments } from '../detect/layerDocuments.js';
import type { LayerDefinition, TextSpan } from '../detect/layerDefinition.js';
import { Disposables } from '../disposables.js';
import type { ShowEntropyArguments } from '../showEntropy.js';
import type { Log } from '../log.js';
import type { DocumentRun, DocumentRuns } from '../runs/documentRun.js';
import { isIgnored } from './ignoreComments.js';
import { layerFindings, type Finding, type LayerEvidence, type ProblemCode } from './layerFindings.js';
import type { Evidence, LearnedStates } from './learnedState.js';
import { learningFinding } from './learningFinding.js';
import { problemSpan } from '../detect/problemSpan.js';
import { severityOf, type Severity } from './severity.js';

export const PROBLEM_SOURCE = 'cnnslicer';
/** After the last keystroke; problems are not worth more. */
const SETTLE_MILLISECONDS = 600;

const SEVERITIES: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** One definition with what its layer's recording says. */
export interface JudgedDefinition {
  /** Place among the document's definitions. */
  readonly at: number;
  readonly definition: LayerDefinition;
  readonly evidence: LayerEvidence;
}

export interface JudgedDocument {
  readonly found: DocumentRun;
  readonly definitions: readonly LayerDefinition[];
  readonly judged: readonly JudgedDefinition[];
}

export class LayerProblems implements vscode.Disposable {
  readonly #disposables = new Disposables();
  readonly #shown = this.#disposables.add(vscode.languages.createDiagnosticCollection('cnnslicer'));
  readonly #waiting = new Map<vscode.TextDocument, NodeJS.Timeout>();

  constructor(
    readonly documents: LayerDocuments,
    readonly runs: DocumentRuns,
    readonly states: LearnedStates,
    readonly log: Log,
  ) {
    const all = (): void => this.#all();
    this.#disposables.add(runs.catalog.onDidChange(all));
    this.#disposables.add(vscode.workspace.onDidOpenTextDocument((document) => this.#soon(document)));
    this.#disposables.add(vscode.workspace.onDidChangeTextDocument(({ document }) => this.#soon(document)));
    this.#disposables.add(vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)));
    this.#disposables.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('cnnslicer.problems')) all();
      }),
    );
    all();
  }

  /** The definitions of a document whose layers are recorded as they stand; null where there is no run. */
  async judged(
    document: vscode.TextDocument,
    gather: (found: DocumentRun) => Promise<Evidence>,
  ): Promise<JudgedDocument | null> {
    const definitions = await this.documents.layers(document);
    const found = definitions.length === 0 ? null : await this.runs.newest(document, definitions);
    if (!found) return null;
    const evidence = await gather(found);
    const judged = definitions.flatMap((definition, at) => {
      const match = found.matches[at];
      if (match?.state !== 'current') return [];
      return match.layers.flatMap((layer): JudgedDefinition[] => {
        const one = evidence.get(layer.index);
        return one ? [{ at, definition, evidence: one }] : [];
      });
    });
    return { found, definitions, judged };
  }

  #all(): void {
    for (const document of vscode.workspace.textDocuments) this.#soon(document);
  }

  #soon(document: vscode.TextDocument): void {
    if (document.uri.scheme !== 'file' || this.#disposables.closed) return;
    clearTimeout(this.#waiting.get(document));
    const timer = setTimeout(() => void this.#judge(document), SETTLE_MILLISECONDS);
    this.#waiting.set(document, timer);
  }

  #forget(document: vscode.TextDocument): void {
    clearTimeout(this.#waiting.get(document));
    this.#waiting.delete(document);
    this.#shown.delete(document.uri);
  }

  /** First what is recorded, then what has to be computed. */
  async #judge(document: vscode.TextDocument): Promise<void> {
    if (!LayerDocuments.concerns(document)) return this.#shown.delete(document.uri);
    try {
      await this.#publish(document, ({ run }) => this.states.recorded(run));
      await this.#publish(document, ({ run }) => this.states.whole(run));
    } catch (error) {
      this.log.error(error);
    }
  }

  async #publish(document: vscode.TextDocument, gather: (found: DocumentRun) => Promise<Evidence>): Promise<void> {
    const { version } = document;
    const result = await this.judged(document, gather);
    if (document.isClosed || document.version !== version || this.#disposables.closed) return;
    this.#shown.set(document.uri, result ? diagnosticsOf(document, result) : []);
  }

  dispose(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#disposables.dispose();
  }
}

function diagnosticsOf(
  document: vscode.TextDocument,
  { found, definitions, judged }: JudgedDocument,
): vscode.Diagnostic[] {
  const settings = vscode.workspace.getConfiguration('cnnslicer.problems', document);
  const lineAt = (line: number): string | undefined =>
    line >= 0 && line < document.lineCount ? document.lineAt(line).text : undefined;
  const wish = (code: ProblemCode): string => settings.get(code, 'automatic');
  const shown = (definition: LayerDefinition, layer: number, findings: (isMuted: IsMuted) => readonly Finding[]) => {
    const span = problemSpan(definition);
    const isMuted: IsMuted = (code) => wish(code) === 'off' || isIgnored(code, span, lineAt);
    return findings(isMuted).flatMap((finding) => {
      const severity = severityOf(finding, wish(finding.code));
      if (severity === null || isMuted(finding.code)) return [];
      return [diagnosticOf(document, found, layer, finding, span, severity)];
    });
  };
  const learning = learningFinding(found.run, found.manifest.classNames, vscode.l10n.t);
  if (learning) {
    const at = Math.max(
      0,
      found.matches.findIndex(({ state }) => state === 'current'),
    );
    const match = found.matches[at];
    const layer = match?.state === 'current' ? (match.layers[0]?.index ?? 0) : 0;
    return definitions[at] ? shown(definitions[at], layer, () => [learning]) : [];
  }
  return judged.flatMap(({ definition, evidence }) =>
    shown(definition, evidence.layer.index, (isMuted) => layerFindings(evidence, vscode.l10n.t, isMuted)),
  );
}

type IsMuted = (code: ProblemCode) => boolean;

function diagnosticOf(
  document: vscode.TextDocument,
  { run }: DocumentRun,
  layer: number,
  { code, text }: Finding,
  span: TextSpan,
  severity: Severity,
): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(rangeOf(span), text, SEVERITIES[severity]);
  diagnostic.source = PROBLEM_SOURCE;
  diagnostic.code = {
    value: code,
    target: whyLink({ run: run.folder, layer, script: document.uri.fsPath }),
  };
  return diagnostic;
}

/** "Why": the layer's entropies in the run that says so. */
function whyLink(target: ShowEntropyArguments): vscode.Uri {
  // Not parsed: that would undo the escapes, and a folder's "#" or "%" would cut the arguments off.
  const query = encodeURIComponent(JSON.stringify([target]));
  return vscode.Uri.from({ scheme: 'command', path: 'cnnslicer.showEntropy', query });
}

export function rangeOf({ start, end }: TextSpan): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
