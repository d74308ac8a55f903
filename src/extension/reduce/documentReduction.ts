/** Plans a reduction in an open document, from the run that its lenses speak of. */
import * as vscode from 'vscode';
import type { LayerDefinition, TextSpan } from '../detect/layerDefinition.js';
import type { LayerDocuments } from '../detect/layerDocuments.js';
import type { DocumentRun } from '../runs/documentRun.js';
import type { ReductionPlan } from './reductionPlan.js';

/**
 * `at` is the place among the document's definitions, `count` how many filters or units that layer is to have.
 * Null where the document can no longer be read.
 */
export async function documentReduction(
  documents: LayerDocuments,
  document: vscode.TextDocument,
  { definitions, found: { matches, manifest, isUnchanged } }: DocumentFacts,
  at: number,
  count: number,
): Promise<ReductionPlan | null> {
  const { reductionPlan } = await import('./reductionPlan.js');
  const textOf = (span: TextSpan): string => document.getText(rangeOf(span));
  const { layers, metrics, framework } = manifest;
  const facts = {
    definitions,
    matches,
    layers,
    metrics,
    isUnchanged,
    textOf,
    ...(framework ? { framework: framework.name } : {}),
  };
  return documents.read(document, (root, text) => reductionPlan(root, text, facts, at, count, vscode.l10n.t));
}

interface DocumentFacts {
  readonly definitions: readonly LayerDefinition[];
  readonly found: DocumentRun;
}

function rangeOf({ start, end }: TextSpan): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
