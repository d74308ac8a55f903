/** Opens what a link of this extension's names: a run of the list, at a layer, in a view. */
import type * as vscode from 'vscode';
import { showFailure } from '../failureMessage.js';
import type { Log } from '../log.js';
import { LAYER_VIEWS, viewOfLayer, type LayerView } from '../panel/layerQuery.js';
import type { ViewerPanels } from '../panel/viewerPanels.js';
import { Failure } from '../../protocol/failure.js';
import type { ViewState } from '../../protocol/viewState.js';
import type { AnnotatedRun } from '../runs/runAnnotations.js';
import type { RunCatalog } from '../runs/runCatalog.js';
import type { RunFacts } from '../runs/runFacts.js';
import type { OpenLink } from './openLink.js';

export class OpenLinks implements vscode.UriHandler {
  constructor(
    readonly catalog: RunCatalog,
    readonly facts: RunFacts,
    readonly panels: ViewerPanels,
    readonly log: Log,
  ) {}

  async handleUri(uri: vscode.Uri): Promise<void> {
    try {
      const { readOpenLink } = await import('./openLink.js');
      const link = readOpenLink(uri.path, uri.query);
      const run = await this.#run(link.run);
      await this.panels.show(run, await this.#state(run, link));
    } catch (error) {
      void showFailure(error, this.log);
    }
  }

  async #run(id: string): Promise<AnnotatedRun> {
    const found = (await this.catalog.runs()).find((run) => run.id === id);
    if (!found) throw notFound(`the open folders do not contain the run ${id}`);
    return found;
  }

  async #state(
    run: AnnotatedRun,
    { layer: name, view, epoch, query, compare, state }: OpenLink,
  ): Promise<Partial<ViewState>> {
    const rest = {
      ...state,
      ...(view === undefined ? {} : { view }),
      ...(epoch === undefined ? {} : { epoch }),
      ...(query === undefined ? {} : { query }),
      ...(compare === undefined ? {} : { compare: { other: (await this.#run(compare)).id } }),
    };
    if (name === undefined) return rest;
    const { layers } = await this.facts.manifest(run);
    const layer = layers.find((one) => one.name === name);
    if (!layer) throw notFound(`${run.name} has no layer ${name}`);
    return { ...viewOfLayer(isLayerView(view) ? view : 'query', layer, layers), ...rest };
  }
}

function isLayerView(view: string | undefined): view is LayerView {
  return LAYER_VIEWS.some((one) => one === view);
}

function notFound(wrong: string): Failure {
  return new Failure({
    kind: 'not-found',
    doing: 'opening a link to a run',
    wrong,
    tryThis: 'Open the folder that the run was recorded in, then open the link again.',
  });
}
