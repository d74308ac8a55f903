/**
 * The text of a query while it is being typed: which part is wrong, which parts are only punctuation,
 * and when the text on the screen has to give way to a query that was changed elsewhere.
 */
import type { Query } from '../../../../src/protocol/query.js';
import { parseQuery, printQuery, QueryError, type QueryVocabulary } from '../../../../src/protocol/queryText.js';

export interface DraftError {
  readonly from: number;
  readonly to: number;
  readonly wrong: string;
  readonly tryThis: string;
}

export type Draft =
  | { readonly text: string; readonly query: Query; readonly error: null }
  | { readonly text: string; readonly query: null; readonly error: DraftError };

export function readDraft(text: string, vocabulary: QueryVocabulary): Draft {
  try {
    return { text, query: parseQuery(text, vocabulary), error: null };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const { from, to, wrong, tryThis } = error;
    return { text, query: null, error: { from, to, wrong, tryThis } };
  }
}

/** True when the text says another query than the one in force: a strip was moved while it was open. */
export function isOvertaken(text: string, query: Query, vocabulary: QueryVocabulary): boolean {
  const draft = readDraft(text, vocabulary);
  return draft.query !== null && printQuery(draft.query) !== printQuery(query);
}

export interface Piece {
  readonly text: string;
  readonly kind: 'plain' | 'quiet';
  readonly wrong: boolean;
}

/** The text in pieces for drawing under the caret: punctuation is quiet, the error's columns are marked. */
export function piecesOf(text: string, error: DraftError | null): Piece[] {
  const padded = error && error.to > text.length ? text.padEnd(error.to) : text;
  const pieces: Piece[] = [];
  for (let i = 0; i < padded.length; i++) {
    const kind = i < 4 || '(),'.includes(padded[i]) ? 'quiet' : 'plain';
    const wrong = error !== null && i >= error.from && i < error.to;
    const last = pieces.at(-1);
    if (last && last.kind === kind && last.wrong === wrong)
      pieces[pieces.length - 1] = { ...last, text: last.text + padded[i] };
    else pieces.push({ text: padded[i], kind, wrong });
  }
  return pieces;
}
