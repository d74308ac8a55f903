/**
 * What a view knows of the world outside: calls that are answered, events, and a place to keep what a
 * person chose. Two hosts exist, the editor's panel and a plain browser; views cannot tell them apart
 * except where the browser has no editor to show a line in.
 */
import type { Client } from '../../src/protocol/rpc.js';
import type { HostEvent, ViewerContract } from '../../src/protocol/viewer.js';
import type { ViewState } from '../../src/protocol/viewState.js';

export interface Host extends Client<ViewerContract> {
  /** In a browser a source line is told in words, because no editor is there to open it. */
  readonly kind: 'editor' | 'browser';
  /** Null when nothing has been chosen yet: the view then picks a good beginning. */
  loadState(): ViewState | null;
  saveState(state: ViewState): void;
  /** An address that opens this run with what a state shows. */
  linkTo(state: ViewState): string;
  /** Returns the function that stops listening. */
  onEvent(listener: (event: HostEvent) => void): () => void;
}
