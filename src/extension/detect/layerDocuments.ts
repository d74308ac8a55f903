/** The layers of the editor's open documents, kept while they are edited. */
import type { Node } from '@vscode/tree-sitter-wasm';
import * as vscode from 'vscode';
import { Disposables } from '../disposables.js';
import { grammarFor, type LayerDefinition } from './layerDefinition.js';
import { mentionsLayers } from './mentionsLayers.js';
import { textHashes } from './textHashes.js';
import type * as SyntaxTrees from './syntaxTrees.js';

export class LayerDocuments implements vscode.Disposable {
  readonly #disposables = new Disposables();
  readonly #detectors = new Map<vscode.TextDocument, SyntaxTrees.LayerDetector>();
  readonly #hashes = new WeakMap<vscode.TextDocument, { version: number; hashes: readonly string[] }>();
  #grammars: Promise<typeof SyntaxTrees> | undefined;
  #shared: SyntaxTrees.Grammars | undefined;

  constructor(readonly grammarFolder: string) {
    this.#disposables.add(vscode.workspace.onDidChangeTextDocument((event) => this.#change(event)));
    this.#disposables.add(vscode.workspace.onDidCloseTextDocument((document) => this.#close(document)));
  }

  /** Whether lenses and hovers are to be looked for here at all: cheap, no parser. */
  static concerns(document: vscode.TextDocument): boolean {
    const grammar = grammarFor(document.languageId);
    return grammar !== undefined && mentionsLayers(grammar, document.getText());
  }

  async layers(document: vscode.TextDocument): Promise<readonly LayerDefinition[]> {
    return (await this.#detector(document))?.layers() ?? [];
  }

  /** Reads the document's tree; null where it constructs no layers. */
  async read<T>(document: vscode.TextDocument, use: (root: Node, text: string) => T): Promise<T | null> {
    return (await this.#detector(document))?.read(use) ?? null;
  }

  async #detector(document: vscode.TextDocument): Promise<SyntaxTrees.LayerDetector | null> {
    const grammar = grammarFor(document.languageId);
    if (!grammar || !LayerDocuments.concerns(document)) return null;
    this.#grammars ??= import('./syntaxTrees.js');
    const { Grammars, LayerDetector } = await this.#grammars;
    if (this.#disposables.closed || document.isClosed) return null;
    this.#shared ??= new Grammars(this.grammarFolder);
    let detector = this.#detectors.get(document);
    if (!detector || detector.grammar !== grammar) {
      detector?.dispose();
      this.#detectors.set(document, (detector = new LayerDetector(this.#shared, grammar, document.getText())));
    }
    return detector;
  }

  /** SHA-256 of the text as a file could have held it. */
  hashes(document: vscode.TextDocument): readonly string[] {
    const known = this.#hashes.get(document);
    if (known?.version === document.version) return known.hashes;
    const hashes = textHashes(document.getText());
    this.#hashes.set(document, { version: document.version, hashes });
    return hashes;
  }

  #change(event: vscode.TextDocumentChangeEvent): void {
    this.#detectors.get(event.document)?.change(event.contentChanges, event.document.getText());
  }

  #close(document: vscode.TextDocument): void {
    this.#detectors.get(document)?.dispose();
    this.#detectors.delete(document);
  }

  dispose(): void {
    this.#disposables.dispose();
    for (const detector of this.#detectors.values()) detector.dispose();
    this.#detectors.clear();
    void this.#shared?.dispose();
  }
}
