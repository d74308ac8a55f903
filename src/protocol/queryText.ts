/**
 * The paper's notation as text: `dCNN(x.label = 3, conv2d_2, {0..7}, -)` ⇄ the data of query.ts.
 *
 *     query     = "dCNN" "(" samples "," layers "," channels "," epochs ")"     dCNN in any case
 *     samples   = "-" | indices | condition { "and" condition }
 *     condition = class ( "=" | "≠" ) ( indices | class )                       class = "x.label" | "y" | "x.prediction"
 *               | "x.split" ( "=" | "≠" ) ( "train" | "validation" )
 *     layers    = "-" | layer | "{" layer { "," layer } "}"
 *     layer     = name | "'" any text "'" | index [ ".." index ] | "kind:" kind
 *     channels  = "-" | indices
 *     epochs    = "-" | indices | "last"
 *     indices   = range | "{" range { "," range } "}"                           range = index [ ".." index ]
 *
 * "–" may stand for "-", "!=" for "≠"; ranges are inclusive; a class may be given by its name when
 * the vocabulary has it. Whether the run has what is named is checked in src/analysis, except names
 * that the vocabulary can tell are wrong. Printing is canonical: parse(print(q)) equals q.
 */
import { type Query } from './query.js';
import { QueryParser, type QueryVocabulary } from './queryParser.js';
import { QUERY_LENGTH_LIMIT, QueryError, tokenize } from './queryTokens.js';

export { completions, type Completion } from './queryCompletions.js';
export { listNames, normalizeRanges } from './queryCursor.js';
export { type QueryVocabulary } from './queryParser.js';
export { printQuery } from './queryPrint.js';
export { QueryError } from './queryTokens.js';

/** Reads a query; throws a QueryError whose `from` and `to` say what to underline. */
export function parseQuery(text: string, vocabulary: QueryVocabulary = {}): Query {
  if (text.length > QUERY_LENGTH_LIMIT) {
    throw new QueryError(
      0,
      text.length,
      `the query has ${text.length} characters`,
      `The limit is ${QUERY_LENGTH_LIMIT}.`,
    );
  }
  return new QueryParser(tokenize(text), vocabulary).query();
}
