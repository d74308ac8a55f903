/** From a recorded layer to its line: in today's text where the layer can be matched to it, else the recorded line. */
import { realpath } from 'node:fs/promises';
import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.js';
import type { Layer, RunSummary, SourceSpan } from '../../protocol/run.js';
import type { LayerDefinition } from '../detect/layerDefinition.js';
import type { LayerDocuments } from '../detect/layerDocuments.js';
import type { DocumentRuns } from '../runs/documentRun.js';
import type { RunCatalog } from '../runs/runCatalog.js';
import type { RunFacts } from '../runs/runFacts.js';
import { isInside } from '../../store/safety/isInside.js';
import { rootOfRun, sourceFile } from '../runs/runPlaces.js';

export class LayerSource {
  constructor(
    readonly catalog: RunCatalog,
    readonly facts: RunFacts,
    readonly documents: LayerDocuments,
    readonly runs: DocumentRuns,
  ) {}

  /** Opens the layer's file at its definition; beside the column when one is given. */
  async open(run: RunSummary, layerIndex: number, besideColumn?: vscode.ViewColumn): Promise<void> {
    const layer = (await this.facts.manifest(run)).layers[layerIndex];
    if (!layer?.source) throw noSource(run, layer);
    const document = await vscode.workspace.openTextDocument(await this.#file(run, layer.source));
    const { range, isCertain } = await this.#place(run, layer, layer.source, document);
    const viewColumn = columnFor(document, besideColumn);
    await vscode.window.showTextDocument(document, {
      selection: range,
      ...(viewColumn === undefined ? {} : { viewColumn }),
    });
    if (!isCertain) {
      const text = vscode.l10n.t(
        '{0} has changed since it was recorded. This is the recorded line.',
        layer.source.file,
      );
      vscode.window.setStatusBarMessage(text, 8000);
    }
  }

  /** The file on disk, inside the run's workspace or an open one also after links are followed. */
  async #file(run: RunSummary, source: SourceSpan): Promise<string> {
    const doing = `opening the source of a layer of ${run.name}`;
    const file = sourceFile(run.folder, source.file, this.catalog.roots);
    if (file === null) throw outside(doing, source.file);
    try {
      const real = await realpath(file);
      const roots = await Promise.all(
        [rootOfRun(run.folder), ...this.catalog.roots].map((root) => realpath(root).catch(() => root)),
      );
      if (!roots.some((root) => isInside(root, real))) throw outside(doing, source.file);
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw new Failure(
        {
          kind: 'not-found',
          doing,
          wrong: `${source.file} does not exist`,
          tryThis: 'Open the folder that the run was recorded in.',
        },
        { cause: error },
      );
    }
    return file;
  }

  async #place(
    run: RunSummary,
    layer: Layer,
    source: SourceSpan,
    document: vscode.TextDocument,
  ): Promise<{ range: vscode.Range; isCertain: boolean }> {
    const definitions = await this.documents.layers(document);
    const matches = await this.runs.matches(run, document, definitions);
    const index = matches.findIndex((match) => match.state !== 'unrecorded' && match.layers.includes(layer));
    const definition = definitions[index];
    if (definition) return { range: startOf(definition), isCertain: true };
    const recorded = new vscode.Position(source.line - 1, source.column - 1);
    const position = document.validatePosition(recorded);
    return {
      range: new vscode.Range(position, position),
      isCertain: this.#isAsRecorded(document, await this.facts.manifest(run), source),
    };
  }

  #isAsRecorded(
    document: vscode.TextDocument,
    manifest: { readonly files: readonly { path: string; sha256: string }[] },
    source: SourceSpan,
  ): boolean {
    const recorded = manifest.files.find(({ path }) => path === source.file)?.sha256.toLowerCase();
    return recorded !== undefined && this.documents.hashes(document).includes(recorded);
  }
}

function startOf({ span: { start } }: LayerDefinition): vscode.Range {
  return new vscode.Range(start.line, start.character, start.line, start.character);
}

/** Where the document is shown already; else not over the panel that asked. */
function columnFor(
  document: vscode.TextDocument,
  panelColumn: vscode.ViewColumn | undefined,
): vscode.ViewColumn | undefined {
  const visible = vscode.window.visibleTextEditors.find(
    (editor) => editor.document.uri.toString() === document.uri.toString(),
  );
  if (visible?.viewColumn !== undefined) return visible.viewColumn;
  if (panelColumn === undefined) return undefined;
  return panelColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Beside : vscode.ViewColumn.One;
}

function noSource(run: RunSummary, layer: Layer | undefined): Failure {
  return new Failure({
    kind: 'not-found',
    doing: `showing the line of ${layer?.name ?? 'a layer'} of ${run.name}`,
    wrong: 'no line of the script creates it',
    tryThis: 'Layers that the framework adds automatically, such as the input layer, have no source line.',
  });
}

function outside(doing: string, file: string): Failure {
  return new Failure({
    kind: 'bad-input',
    doing,
    wrong: `the recording refers to ${file}, which is outside its workspace`,
    tryThis: 'If you trust the recording, open the folder that contains this file.',
  });
}
