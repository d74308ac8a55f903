/** The forecasts of open documents, under the settings that hold for them; computed once for each edit. */
import * as vscode from 'vscode';
import type { LayerDefinition } from '../detect/layerDefinition.js';
import type { LayerDocuments } from '../detect/layerDocuments.js';
import type { RecordingForecast, RecordingWish } from './recordingForecast.js';

interface Known {
  readonly version: number;
  readonly wish: string;
  readonly forecasts: readonly RecordingForecast[];
}

export class DocumentForecasts {
  readonly #known = new WeakMap<vscode.TextDocument, Known>();

  constructor(readonly documents: LayerDocuments) {}

  async of(
    document: vscode.TextDocument,
    definitions: readonly LayerDefinition[],
  ): Promise<readonly RecordingForecast[]> {
    const asked = wishFor(document);
    const [{ version }, wish] = [document, JSON.stringify(asked)];
    const known = this.#known.get(document);
    if (known?.version === version && known.wish === wish) return known.forecasts;
    const { recordingForecasts } = await import('./recordingForecast.js');
    const forecasts = await this.documents.read(document, (root, text) =>
      recordingForecasts(root, text, definitions, asked),
    );
    // Edited meanwhile: the definitions' places are those of another text.
    if (document.version !== version) return [];
    this.#known.set(document, { version, wish, forecasts: forecasts ?? [] });
    return forecasts ?? [];
  }
}

function wishFor(document: vscode.TextDocument): RecordingWish {
  const settings = vscode.workspace.getConfiguration('cnnslicer', document);
  return {
    probes: settings.get('record.probes', 1000),
    byteBudget: settings.get('record.byteBudgetMiB', 2048) * 2 ** 20,
  };
}
