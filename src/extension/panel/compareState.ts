/** What a panel is asked to show when two runs are compared: its own run beside another. */
import type { ViewState } from '../../protocol/viewState.js';

export interface CompareState extends Partial<ViewState> {
  readonly view: 'compare';
  /** The id of the run beside the panel's own. */
  readonly compare: { readonly other: string };
}
