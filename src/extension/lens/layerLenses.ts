/** Puts the lenses above the lines of layers; what they say is decided in lensParts. */
import * as vscode from 'vscode';
import type { DocumentChanges } from '../compare/documentChanges.js';
import type { LayerChange } from '../compare/lineChanges.js';
import type { LayerReport } from '../../protocol/measure.js';
import { LayerDocuments } from '../detect/layerDocuments.js';
import type { LayerDefinition } from '../detect/layerDefinition.js';
import { Disposables } from '../disposables.js';
import type { Log } from '../log.js';
import { isShown } from '../match/isShown.js';
import type { LayerMatch } from '../match/matchLayers.js';
import type { ShowEntropyArguments } from '../showEntropy.js';
import type { LearnedStates } from '../problems/learnedState.js';
import type { DocumentRuns, DocumentRun } from '../runs/documentRun.js';
import type { RunFacts } from '../runs/runFacts.js';
import { inTurns } from '../../system/steps.js';
import { lensParts, recordPart, type LensPart, type LensRun } from './lensParts.js';

const UNRECORDED: LayerMatch = { state: 'unrecorded' };
const NO_CHANGES: ReadonlyMap<number, LayerChange> = new Map();

export class LayerLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #disposables = new Disposables();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #last = new WeakMap<vscode.TextDocument, { version: number; lenses: vscode.CodeLens[] }>();

  constructor(
    readonly documents: LayerDocuments,
    readonly runs: DocumentRuns,
    readonly facts: RunFacts,
    readonly states: LearnedStates,
    readonly changes: DocumentChanges,
    readonly log: Log,
  ) {
    this.#disposables.add(states.onArrival(() => this.#changed.fire()));
    this.#disposables.add(runs.catalog.onDidChange(() => this.#changed.fire()));
    this.#disposables.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('cnnslicer')) this.#changed.fire();
      }),
    );
  }

  async provideCodeLenses(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<vscode.CodeLens[]> {
    const isOn = vscode.workspace.getConfiguration('cnnslicer', document).get('codeLens.enabled', true);
    if (!isOn || !LayerDocuments.concerns(document)) return [];
    const definitions = await this.documents.layers(document);
    if (definitions.length === 0 || token.isCancellationRequested) return [];
    const found = await this.runs.newest(document, definitions);
    if (token.isCancellationRequested) return [];
    const reports = found && this.facts.arrivedReports(found.run, () => this.#changed.fire());
    const last = this.#last.get(document);
    // Until a new run's numbers are there, those of the run before stay.
    if (found && !reports && last?.version === document.version) return last.lenses;
    const needed = found ? this.states.needed(found.run) : new Map<number, number>();
    const changes = found ? await this.changes.of(document, found, () => this.#changed.fire()) : NO_CHANGES;
    const { version } = document;
    const lenses = await inTurns(lensesOf(document, definitions, found, reports ?? [], needed, changes));
    const first = found ? undefined : definitions.find((one) => isShown(one, UNRECORDED));
    if (first) lenses.push(lensOf(document, first, recordPart(byteBudgetFor(document), vscode.l10n.t), null));
    this.#last.set(document, { version, lenses });
    return lenses;
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

function* lensesOf(
  document: vscode.TextDocument,
  definitions: readonly LayerDefinition[],
  found: DocumentRun | null,
  reports: readonly LayerReport[],
  needed: ReadonlyMap<number, number>,
  changes: ReadonlyMap<number, LayerChange>,
): Generator<void, vscode.CodeLens[]> {
  const byLayer = new Map(reports.map((report) => [report.layer, report]));
  const run: LensRun | null = found && { name: found.run.name, reports: byLayer, needed, changes };
  const shown = [...definitions.entries()].filter(([index, one]) => isShown(one, found?.matches[index]));
  const onLine = countBy(shown.map(([, { line }]) => line));
  const lenses: vscode.CodeLens[] = [];
  for (const [index, definition] of shown.sort(([, a], [, b]) => inExecution(a, b))) {
    yield;
    const match = found?.matches[index] ?? UNRECORDED;
    const label = (onLine.get(definition.line) ?? 0) > 1 ? labelOf(definition, match) : null;
    const parts = lensParts(match, run, label, vscode.l10n.t);
    lenses.push(...parts.map((part) => lensOf(document, definition, part, found?.run.folder ?? null)));
  }
  return lenses;
}

function byteBudgetFor(document: vscode.TextDocument): number {
  return vscode.workspace.getConfiguration('cnnslicer', document).get('record.byteBudgetMiB', 2048) * 2 ** 20;
}

/** Of functions on one line the inner one is called first; all else stays in the order of the text. */
function inExecution(a: LayerDefinition, b: LayerDefinition): number {
  if (!a.fedBy || !b.fedBy || a.line !== b.line) return 0;
  return a.span.end.line - b.span.end.line || a.span.end.character - b.span.end.character;
}

function labelOf(definition: LayerDefinition, match: LayerMatch): string {
  const recorded = match.state === 'current' ? match.layers[0]?.name : undefined;
  return recorded ?? definition.name ?? definition.factory;
}

function lensOf(
  document: vscode.TextDocument,
  { line }: LayerDefinition,
  part: LensPart,
  run: string | null,
): vscode.CodeLens {
  const target: ShowEntropyArguments = {
    run: part.layer === null ? null : run,
    layer: part.layer,
    script: document.uri.fsPath,
  };
  return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
    title: part.title,
    tooltip: part.tooltip,
    ...(part.action === 'record'
      ? { command: 'cnnslicer.analyze', arguments: [document.uri] }
      : part.compareWith !== undefined
        ? { command: 'cnnslicer.compareWith', arguments: [run, part.compareWith] }
        : { command: 'cnnslicer.showEntropy', arguments: [target] }),
  });
}

function countBy(lines: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}
