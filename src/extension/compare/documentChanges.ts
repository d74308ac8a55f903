/** Finds the run that a file's newest run is held against, and gathers what changed, without keeping a lens waiting. */
import * as vscode from 'vscode';
import type { AnnotatedRun } from '../runs/runAnnotations.js';
import type { DocumentRun, DocumentRuns } from '../runs/documentRun.js';
import type { RunFacts } from '../runs/runFacts.js';
import { layerChanges, type LayerChange, type Reference } from './lineChanges.js';

const NONE: ReadonlyMap<number, LayerChange> = new Map();

export class DocumentChanges {
  constructor(
    readonly runs: DocumentRuns,
    readonly facts: RunFacts,
  ) {}

  /** By layer of the found run; empty until the tables of both have arrived, which `onArrival` is told. */
  async of(
    document: vscode.TextDocument,
    found: DocumentRun,
    onArrival: () => void,
  ): Promise<ReadonlyMap<number, LayerChange>> {
    const isOn = vscode.workspace.getConfiguration('cnnslicer', document).get('codeLens.changes', true);
    const other = isOn ? await this.#reference(document, found) : null;
    if (!other) return NONE;
    const before = this.facts.arrivedReports(other, onArrival);
    const now = this.facts.arrivedReports(found.run, onArrival);
    if (!before || !now) return NONE;
    const side = async (run: AnnotatedRun, reports: typeof now) => ({
      manifest: await this.facts.manifest(run),
      reports,
      probeAccuracy: run.probeAccuracy,
    });
    return layerChanges(referenceOf(other), await side(other, before), await side(found.run, now));
  }

  /** The newest pinned run of this file, else the newest other one. */
  async #reference(document: vscode.TextDocument, { run: own }: DocumentRun): Promise<AnnotatedRun | null> {
    const pinned = (await this.runs.catalog.runs()).filter(
      ({ folder, annotations, epochs }) => annotations.pinned && folder !== own.folder && epochs.length > 0,
    );
    for (const run of pinned) {
      const manifest = await this.facts.manifest(run).catch(() => null);
      if (manifest && (await this.runs.layersOf(run, manifest, document)).length > 0) return run;
    }
    return this.runs.another(document, own);
  }
}

/** Runs of one script have one name: then the time tells them apart. */
function referenceOf({ folder, name, createdAt, annotations }: AnnotatedRun): Reference {
  const named = annotations.name ?? `${name}, ${new Date(createdAt).toLocaleString()}`;
  return { folder, name: named, pinned: annotations.pinned };
}
