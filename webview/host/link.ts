/** The address of the browser viewer, `#view=query&query=…`, as the view writes it; its token is another's (token.ts). */
import * as v from 'valibot';
import { ViewState } from '../../src/protocol/viewState.js';

/** Written as they are; all other parts of a state as JSON. */
const TEXTS = ['view', 'query', 'measure'];

/** Null when the address names no query. What is no JSON, or no choice of its view, is left to the view. */
export function stateOf(hash: string): ViewState | null {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  if (!parameters.has('query')) return null;
  const parts = [...parameters].map(([name, text]) => [name, TEXTS.includes(name) ? text : jsonOf(text)]);
  return v.parse(ViewState, Object.fromEntries(parts));
}

export function hashOf(state: ViewState): string {
  const parts = Object.entries(state).filter(([, value]) => value !== undefined && value !== null);
  const texts = parts.map(([name, value]) => [name, TEXTS.includes(name) ? String(value) : JSON.stringify(value)]);
  return `#${new URLSearchParams(texts).toString()}`;
}

/** The page's own address with this state; of a server's page without its token, which the one who opens it must have. */
export function addressOf({ location }: Window, state: ViewState): string {
  return `${location.href.replace(/#.*$/s, '')}${hashOf(state)}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
