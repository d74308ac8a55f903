/** Shows a recorded layer's entropies by class and channel when the pointer rests on its definition. */
import * as vscode from 'vscode';
import type { LayerReport } from '../../protocol/measure.js';
import { keptSampleCount } from '../../protocol/keptMaps.js';
import type { Layer } from '../../protocol/run.js';
import { changeSentences } from '../compare/lineChanges.js';
import type { DocumentChanges } from '../compare/documentChanges.js';
import { LayerDocuments } from '../detect/layerDocuments.js';
import type { LayerDefinition } from '../detect/layerDefinition.js';
import type { ShowEntropyArguments } from '../showEntropy.js';
import type { Log } from '../log.js';
import type { DocumentRun, DocumentRuns } from '../runs/documentRun.js';
import type { LearnedStates } from '../problems/learnedState.js';
import { documentReduction } from '../reduce/documentReduction.js';
import { learningFinding } from '../problems/learningFinding.js';
import { reductionTitle, savingSentence } from '../reduce/reductionText.js';
import type { RunFacts } from '../runs/runFacts.js';
import type { ThemeKind } from './colours.js';
import { entropyPicture, pictureAltText } from './entropyPicture.js';
import { hoverMarkdown, staleMarkdown, type HoverLink, type HoverPicture } from './hoverText.js';
import { pictureData } from './pictureData.js';
import { viewLinks } from './viewLinks.js';

/** The only commands that a hover may run. */
const COMMANDS = ['cnnslicer.showEntropy', 'cnnslicer.analyze', 'cnnslicer.compareWith', 'cnnslicer.findEpoch'];
/** A definition in a loop made many layers: so many are shown. */
const LAYER_LIMIT = 3;

/** A definition with the run that was found for its document. */
interface DefinitionPlace {
  readonly document: vscode.TextDocument;
  readonly definitions: readonly LayerDefinition[];
  readonly found: DocumentRun;
  /** Place among the definitions. */
  readonly at: number;
}

export class LayerHover implements vscode.HoverProvider {
  constructor(
    readonly documents: LayerDocuments,
    readonly runs: DocumentRuns,
    readonly facts: RunFacts,
    readonly states: LearnedStates,
    readonly changes: DocumentChanges,
    readonly log: Log,
  ) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | null> {
    if (!LayerDocuments.concerns(document)) return null;
    const definitions = await this.documents.layers(document);
    const index = innermostAt(definitions, position);
    const definition = definitions[index];
    if (!definition) return null;
    const found = await this.runs.newest(document, definitions);
    const match = found?.matches[index];
    if (!found || !match || match.state === 'unrecorded' || token.isCancellationRequested) return null;
    const texts =
      match.state === 'stale'
        ? [staleText(found, document)]
        : await this.#texts({ document, definitions, found, at: index }, match.layers);
    return texts.length === 0 ? null : new vscode.Hover(texts.map(trusted), rangeOf(definition));
  }

  async #texts(place: DefinitionPlace, layers: readonly Layer[]): Promise<string[]> {
    const reports = new Map((await this.facts.reports(place.found.run)).map((report) => [report.layer, report]));
    const measured = layers.slice(0, LAYER_LIMIT).flatMap((layer) => {
      const report = reports.get(layer.index);
      return report ? [{ layer, report }] : [];
    });
    return Promise.all(measured.map(({ layer, report }) => this.#text(place, layer, report)));
  }

  async #text(place: DefinitionPlace, layer: Layer, report: LayerReport): Promise<string> {
    const { document, found } = place;
    const picture = await this.#picture(found, layer, report);
    const links = await this.#links(found, layer, document);
    const change = (await this.changes.of(document, found, () => undefined)).get(layer.index);
    const notes = [change ? changeSentences(change, vscode.l10n.t) : null, await this.#reduction(place, layer)];
    return hoverMarkdown(layer, report, found.run.name, picture, links, vscode.l10n.t, notes);
  }

  /**
   * What fewer channels would save, where fewer would do and the text can be edited; why nothing is recommended,
   * where the network has not learned; null otherwise.
   */
  async #reduction(place: DefinitionPlace, layer: Layer): Promise<string | null> {
    const learning = learningFinding(place.found.run, place.found.manifest.classNames, vscode.l10n.t);
    if (learning) return learning.text;
    const count = this.states.needed(place.found.run).get(layer.index);
    if (count === undefined) return null;
    const plan = await documentReduction(this.documents, place.document, place, place.at, count);
    if (plan?.state !== 'possible') return null;
    return savingSentence(reductionTitle(layer, count, vscode.l10n.t), plan, vscode.l10n.t);
  }

  async #links({ run, manifest }: DocumentRun, layer: Layer, document: vscode.TextDocument): Promise<HoverLink[]> {
    const target: ShowEntropyArguments = { run: run.folder, layer: layer.index, script: document.uri.fsPath };
    const hasMaps = layer.mapShape.length > 0 && keptSampleCount(manifest, layer.index) > 0;
    const views = viewLinks(hasMaps, vscode.l10n.t).map(([view, title]): HoverLink => ({
      title,
      command: 'cnnslicer.showEntropy',
      arguments: [{ ...target, view }],
    }));
    const other = await this.runs.another(document, run);
    const name = other && other.name === run.name ? new Date(other.createdAt).toLocaleString() : other?.name;
    return [
      ...views,
      { title: vscode.l10n.t('When did it change?'), command: 'cnnslicer.findEpoch', arguments: [target] },
      ...(other && name !== undefined
        ? [
            {
              title: vscode.l10n.t('Compare with {0}', name),
              command: 'cnnslicer.compareWith',
              arguments: [run.folder, other.folder],
            },
          ]
        : []),
    ];
  }

  /** Null where the epoch is damaged: the text says what there is, the log why. */
  async #picture({ run, manifest }: DocumentRun, layer: Layer, report: LayerReport): Promise<HoverPicture | null> {
    try {
      const entropy = await this.facts.entropy(run, layer.index, report.epoch);
      const data = pictureData(manifest, layer, report, entropy, vscode.l10n.t);
      const { svg, width } = entropyPicture(data, activeTheme(), vscode.l10n.t);
      return { svg, width, altText: pictureAltText(data, layer.name, vscode.l10n.t) };
    } catch (error) {
      this.log.error(error);
      return null;
    }
  }
}

function innermostAt(definitions: readonly LayerDefinition[], position: vscode.Position): number {
  let found = -1;
  definitions.forEach((definition, index) => {
    // Definitions come in the order of the text, so an inner one comes after the one around it.
    if (rangeOf(definition).contains(position)) found = index;
  });
  return found;
}

function rangeOf({ span: { start, end } }: LayerDefinition): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

function staleText({ run }: DocumentRun, document: vscode.TextDocument): string {
  const argument: ShowEntropyArguments = { run: run.folder, layer: null, script: document.uri.fsPath };
  return staleMarkdown([argument], vscode.l10n.t);
}

function trusted(text: string): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(text);
  markdown.isTrusted = { enabledCommands: COMMANDS };
  return markdown;
}

function activeTheme(): ThemeKind {
  switch (vscode.window.activeColorTheme.kind) {
    case vscode.ColorThemeKind.Light:
      return 'light';
    case vscode.ColorThemeKind.Dark:
      return 'dark';
    case vscode.ColorThemeKind.HighContrast:
      return 'contrast-dark';
    case vscode.ColorThemeKind.HighContrastLight:
      return 'contrast-light';
  }
}
