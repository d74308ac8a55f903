/** Finds the run that a file's newest run is held against, and gathers what changed, without keeping a lens waiting. */
import * as vscode from 'vscode';
import type { LayerReport } from '../../protocol/measure.js';
import type { AnnotatedRun } from '../runs/runAnnotations.js';
import type { DocumentRun, DocumentRuns } from '../runs/documentRun.js';
import type { RunFacts } from '../runs/runFacts.js';
import { inTurns } from '../../system/steps.js';
import { turnWhenDue } from '../../system/turns.js';
import { layerChanges, type LayerChange, type Reference } from './lineChanges.js';

const NONE: ReadonlyMap<number, LayerChange> = new Map();

type Reports = readonly LayerReport[];

interface Known {
  readonly before: Reports;
  readonly other: AnnotatedRun;
  readonly changes: ReadonlyMap<number, LayerChange>;
}

export class DocumentChanges {
  /** By the newer table: lenses ask with every keystroke, and the tables stay. */
  readonly #known = new WeakMap<Reports, Known>();

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
    const known = this.#known.get(now);
    if (known?.before === before && sameSaid(known.other, other)) return known.changes;
    const side = async (run: AnnotatedRun, reports: Reports) => ({
      manifest: await this.facts.manifest(run),
      reports,
      accuracy: run.accuracy,
    });
    const sides = [await side(other, before), await side(found.run, now)] as const;
    await turnWhenDue();
    const changes = await inTurns(layerChanges(referenceOf(other), ...sides));
    this.#known.set(now, { before, other, changes });
    return changes;
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

/** What a lens says of the reference is the same. */
function sameSaid(a: AnnotatedRun, b: AnnotatedRun): boolean {
  return (
    a.folder === b.folder &&
    a.name === b.name &&
    a.accuracy?.correct === b.accuracy?.correct &&
    a.accuracy?.n === b.accuracy?.n &&
    a.annotations.name === b.annotations.name &&
    a.annotations.pinned === b.annotations.pinned
  );
}

/** Runs of one script have one name: then the time tells them apart; the first time that is told takes 8 ms. */
function referenceOf({ folder, name, createdAt, annotations }: AnnotatedRun): Reference {
  const named = annotations.name ?? `${name}, ${new Date(createdAt).toLocaleString()}`;
  return { folder, name: named, pinned: annotations.pinned };
}
