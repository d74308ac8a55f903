/** What the page of a panel and its extension host say to each other beside calls: beginnings, states, signs of life. */
import * as v from 'valibot';
import { ViewState } from './viewState.js';

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** From the page. */
export const PageMessage = v.variant('type', [
  /** It was loaded, perhaps anew: what an earlier page asked is over. */
  v.object({ type: v.literal('loaded') }),
  /** What a person sees now, so that another host can show the same; each state of a page has a higher count. */
  v.object({ type: v.literal('kept'), state: ViewState, count: id }),
  v.object({ type: v.literal('ping'), id }),
]);
export type PageMessage = v.InferOutput<typeof PageMessage>;

/** The host's answer to a ping. */
export const Pong = v.object({ type: v.literal('pong'), id });
export type Pong = v.InferOutput<typeof Pong>;

/** Of a state that the editor kept, whoever wrote it; 0 where it says none. */
export function countOf(state: unknown): number {
  const { success, output } = v.safeParse(v.object({ count: id }), state);
  return success ? output.count : 0;
}
