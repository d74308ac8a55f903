/**
 * The run that a document's lenses and hovers speak of – the newest one with a whole epoch whose layers
 * this file constructed – and which recorded layer belongs to which definition.
 */
import type * as vscode from 'vscode';
import type { Layer, RunManifest, RunSummary } from '../../protocol/run.js';
import type { LayerDefinition } from '../detect/layerDefinition.js';
import type { LayerDocuments } from '../detect/layerDocuments.js';
import type { Log } from '../log.js';
import { realFile, recordedPaths } from '../match/recordedFiles.js';
import { layerMatching, type LayerMatch } from '../match/matchLayers.js';
import { inTurns } from '../../system/steps.js';
import type { AnnotatedRun } from './runAnnotations.js';
import type { RunCatalog } from './runCatalog.js';
import type { RunFacts } from './runFacts.js';
import { sourceFile } from './runPlaces.js';

/** Manifests that are looked into for one document. */
const RUNS_LOOKED_AT = 50;

export interface DocumentRun {
  readonly run: AnnotatedRun;
  readonly manifest: RunManifest;
  /** One for each definition of the document. */
  readonly matches: readonly LayerMatch[];
  /** The document's text is the recorded one. */
  readonly isUnchanged: boolean;
}

interface Matched {
  readonly manifest: RunManifest;
  readonly path: string | undefined;
  readonly fileMatches: boolean;
  readonly matches: Promise<readonly LayerMatch[]>;
}

export class DocumentRuns {
  /** The last matching of each state of a text: lenses, hovers and problems ask for the same. */
  readonly #matched = new WeakMap<readonly LayerDefinition[], Matched>();

  constructor(
    readonly catalog: RunCatalog,
    readonly facts: RunFacts,
    readonly documents: LayerDocuments,
    readonly log: Log,
  ) {}

  async newest(document: vscode.TextDocument, definitions: readonly LayerDefinition[]): Promise<DocumentRun | null> {
    if (document.uri.scheme !== 'file') return null;
    await this.catalog.addRootsAround(document.uri.fsPath);
    for (const run of candidates(await this.catalog.runs())) {
      const manifest = await this.#manifest(run);
      if (!manifest) continue;
      const layers = await this.layersOf(run, manifest, document);
      if (layers.length > 0)
        return {
          run,
          manifest,
          matches: await this.#match(document, definitions, manifest, layers),
          isUnchanged: this.#isUnchanged(document, manifest, layers),
        };
    }
    return null;
  }

  /** The newest other run whose layers this file constructed, to compare with. */
  async another(document: vscode.TextDocument, but: RunSummary): Promise<AnnotatedRun | null> {
    for (const run of candidates(await this.catalog.runs())) {
      const manifest = run.folder === but.folder ? null : await this.#manifest(run);
      if (manifest && (await this.layersOf(run, manifest, document)).length > 0) return run;
    }
    return null;
  }

  /** Matches a given run to a document, whichever run is newest. */
  async matches(
    run: RunSummary,
    document: vscode.TextDocument,
    definitions: readonly LayerDefinition[],
  ): Promise<readonly LayerMatch[]> {
    const manifest = await this.facts.manifest(run);
    const layers = await this.layersOf(run, manifest, document);
    return this.#match(document, definitions, manifest, layers);
  }

  /** The run's layers whose source is this document. */
  async layersOf(run: RunSummary, manifest: RunManifest, document: vscode.TextDocument): Promise<readonly Layer[]> {
    const named = new Set(manifest.layers.flatMap(({ source }) => (source ? [source.file] : [])));
    const hashOf = (file: string): string | null => manifest.files.find(({ path }) => path === file)?.sha256 ?? null;
    const same = await recordedPaths(
      { path: document.uri.fsPath, hashes: this.documents.hashes(document) },
      [...named].map((path) => ({ path, sha256: hashOf(path) })),
      { locate: (path) => sourceFile(run.folder, path, this.catalog.roots), real: realFile },
    );
    return manifest.layers.filter(({ source }) => source !== null && same.has(source.file));
  }

  async #manifest(run: RunSummary): Promise<RunManifest | null> {
    try {
      return await this.facts.manifest(run);
    } catch (error) {
      this.log.error(error);
      return null;
    }
  }

  #isUnchanged(document: vscode.TextDocument, manifest: RunManifest, layers: readonly Layer[]): boolean {
    const path = layers[0]?.source?.file;
    const recorded = manifest.files.find((file) => file.path === path)?.sha256.toLowerCase();
    return recorded !== undefined && this.documents.hashes(document).includes(recorded);
  }

  #match(
    document: vscode.TextDocument,
    definitions: readonly LayerDefinition[],
    manifest: RunManifest,
    layers: readonly Layer[],
  ): Promise<readonly LayerMatch[]> {
    const path = layers[0]?.source?.file;
    const fileMatches = this.#isUnchanged(document, manifest, layers);
    const known = this.#matched.get(definitions);
    if (known?.manifest === manifest && known.path === path && known.fileMatches === fileMatches) return known.matches;
    const matches = inTurns(layerMatching(definitions, layers, fileMatches));
    this.#matched.set(definitions, { manifest, path, fileMatches, matches });
    return matches;
  }
}

/** Newest first; those that hold nothing but the state before training come last. */
function candidates(runs: readonly AnnotatedRun[]): AnnotatedRun[] {
  const trained = runs.filter(({ epochs }) => epochs.length > 1);
  const begun = runs.filter(({ epochs }) => epochs.length === 1);
  return [...trained, ...begun].slice(0, RUNS_LOOKED_AT);
}
