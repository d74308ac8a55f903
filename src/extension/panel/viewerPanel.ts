/** One panel: the page, the calls that it makes, and its end. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { RunSummary } from '../../protocol/run.js';
import type { HostEvent } from '../../protocol/viewer.js';
import type { ViewState } from '../../protocol/viewState.js';
import { PAGE_FILES, readPageFiles } from '../../protocol/pageFiles.js';
import { PageMessage, type Pong } from '../../protocol/panelMessages.js';
import { MOST_PAGE_VALUES, serve, type Handlers, type Port } from '../../protocol/rpc.js';
import type { ViewerContract } from '../../protocol/viewer.js';
import { Disposables } from '../disposables.js';
import { panelHtml } from './panelHtml.js';
import { newNonce, saveFile } from './pageFiles.js';
import type { ViewerPanels } from './viewerPanels.js';

/** As links name it. */
const EXTENSION = 'cnnslicer.cnnslicer';
/** The script that imports all others. */
const ENTRY = 'viewer.js';

export class ViewerPanel implements vscode.Disposable {
  readonly #disposables = new Disposables();
  #handlers: Handlers<ViewerContract> | undefined;
  #stopServing: (() => void) | undefined;
  #state: string;
  /** Names of the scripts that the first picture waits for. */
  #scripts: readonly [string, ...string[]] = [ENTRY];

  constructor(
    readonly panel: vscode.WebviewPanel,
    readonly panels: ViewerPanels,
    readonly run: RunSummary,
    readonly firstState: Partial<ViewState> | null,
  ) {
    this.#state = JSON.stringify(run);
    // Registered before the page is set, so that its first message is heard.
    this.#disposables.add(panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
    this.#disposables.add({ dispose: () => this.#stopServing?.() });
  }

  async start(): Promise<void> {
    const [{ viewerHandlers }, engine, scripts] = await Promise.all([
      import('../../analysis/viewerHandlers.js'),
      this.panels.facts.engine(),
      firstScripts(this.panels.webviewFolder.fsPath),
    ]);
    if (this.#disposables.closed) return;
    this.#scripts = scripts;
    // The page's first question, while the editor makes the page: threads are running when it asks for itself.
    engine.about('describe', this.run.folder, {}).catch(() => undefined);
    this.#handlers = viewerHandlers(engine, this.run.folder, {
      openSource: (layer) => this.panels.openSource(this.run, layer.index, this.panel.viewColumn),
      saveFile,
    });
    this.#setPage(this.firstState);
  }

  show(state: Partial<ViewState> | null): void {
    // A hidden page is not there to hear an event: it is built anew around what it shall show.
    if (state && this.panel.visible) this.#post({ type: 'show', state });
    else if (state) this.#setPage(state);
    this.panel.reveal(undefined, false);
  }

  /** The page is told only when this run is another than before. */
  runChanged(run: RunSummary): void {
    const state = JSON.stringify(run);
    const isNew = state !== this.#state;
    this.#state = state;
    if (isNew && this.panel.visible) this.#post({ type: 'run-changed' });
  }

  #setPage(state: Partial<ViewState> | null): void {
    const { webview } = this.panel;
    const asset = (name: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.panels.webviewFolder, name)).toString();
    webview.html = panelHtml({
      nonce: newNonce(),
      source: webview.cspSource,
      scripts: [asset(this.#scripts[0]), ...this.#scripts.slice(1).map(asset)],
      style: asset('viewer.css'),
      title: this.run.name,
      language: vscode.env.language,
      run: this.run.folder,
      link: `${vscode.env.uriScheme}://${EXTENSION}/open?run=${encodeURIComponent(this.run.id)}`,
      show: state ? { id: newNonce(), state } : null,
    });
  }

  #receive(message: unknown): void {
    const { success, output } = v.safeParse(PageMessage, message);
    if (!success) return;
    switch (output.type) {
      case 'loaded':
        // Perhaps again after it was hidden: what the old page asked is over.
        return this.#serve();
      case 'kept':
        return this.panels.memory.shows(this.run.folder, output.state, output.count);
      case 'ping':
        return void this.panel.webview.postMessage({ type: 'pong', id: output.id } satisfies Pong);
    }
  }

  #serve(): void {
    this.#stopServing?.();
    if (!this.#handlers || this.#disposables.closed) return;
    this.#stopServing = serve(this.#port(), this.#handlers, {
      mostValues: MOST_PAGE_VALUES,
      onDropped: (reason) => this.panels.log.line(`dropped a message from the view: ${reason}`),
      onBug: (error) => this.panels.log.error(error),
    });
  }

  #port(): Port {
    return {
      post: (message) => void this.panel.webview.postMessage(message),
      listen: (onMessage, onClose) => {
        const listening = new Disposables();
        listening.add(
          this.panel.webview.onDidReceiveMessage((message: unknown) => {
            if (!v.is(PageMessage, message)) onMessage(message);
          }),
        );
        listening.add(this.panel.onDidDispose(onClose));
        return () => listening.dispose();
      },
    };
  }

  #post(event: HostEvent): void {
    void this.panel.webview.postMessage({ type: 'event', event });
  }

  /** The tab stays. */
  dispose(): void {
    this.#disposables.dispose();
  }
}

/** A list that cannot be read costs time alone: the entry imports the others. */
async function firstScripts(webviewFolder: string): Promise<readonly [string, ...string[]]> {
  try {
    const [entry = ENTRY, ...others] = readPageFiles(await readFile(join(webviewFolder, PAGE_FILES), 'utf8')).first;
    return [entry, ...others];
  } catch {
    return [ENTRY];
  }
}
