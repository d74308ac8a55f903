/** The layer that the cursor is in, for commands that are asked for by keyboard and not by a lens. */
import * as vscode from 'vscode';
import type { LayerDefinition } from '../detect/layerDefinition.js';
import type { LayerDocuments } from '../detect/layerDocuments.js';
import { Failure } from '../../protocol/failure.js';
import type { ShowEntropyArguments } from '../showEntropy.js';
import type { DocumentRuns } from '../runs/documentRun.js';

/** What the lens above the layer would pass on. Throws a Failure where the cursor is in no layer. */
export async function layerAtCursor(documents: LayerDocuments, runs: DocumentRuns): Promise<ShowEntropyArguments> {
  const editor = vscode.window.activeTextEditor;
  const definitions = editor ? await documents.layers(editor.document) : [];
  const found = editor && definitions.length > 0 ? await runs.newest(editor.document, definitions) : null;
  // What may be a layer is one only where it was recorded.
  const layers = definitions.filter((one, at) => !one.isTentative || found?.matches[at]?.state === 'current');
  const definition = editor && layers[definitionAt(layers, editor.selection.active)];
  if (!editor || !definition) throw noLayer();
  const match = found?.matches[definitions.indexOf(definition)];
  const layer = match && match.state !== 'unrecorded' ? match.layers[0] : undefined;
  const script = editor.document.uri.fsPath;
  return found && layer ? { run: found.run.folder, layer: layer.index, script } : { run: null, layer: null, script };
}

/** The innermost one around the place; else the last that begins on its line. −1 where there is none. */
export function definitionAt(
  definitions: readonly LayerDefinition[],
  { line, character }: Pick<vscode.Position, 'line' | 'character'>,
): number {
  const isAround = ({ span: { start, end } }: LayerDefinition): boolean =>
    (start.line < line || (start.line === line && start.character <= character)) &&
    (line < end.line || (line === end.line && character <= end.character));
  const around = definitions.flatMap((one, at) => (isAround(one) ? [at] : []));
  // In the order of the text an inner one comes after the one around it.
  return around.at(-1) ?? definitions.findLastIndex((one) => one.line === line);
}

function noLayer(): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: 'looking for the layer at the cursor',
    wrong: 'no layer is created at this line',
    tryThis: 'Place the cursor on a line such as tf.layers.conv2d({…}) or nn.Conv2d(…).',
  });
}
