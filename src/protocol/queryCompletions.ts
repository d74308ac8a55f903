/**
 * What may be written at a place in a query, for the query view's editor. Works on half-written text:
 * only the tokens before the cursor decide where in the grammar it stands.
 */
import { SAMPLE_FIELDS } from './queryParser.js';
import { printName } from './queryPrint.js';
import { tokenize, type Token } from './queryTokens.js';
import { LayerKind } from './run.js';

/** Replaces `text.slice(from, to)` by `insert`. */
export interface Completion {
  readonly insert: string;
  /** What it means, in a few words. */
  readonly detail: string;
  readonly from: number;
  readonly to: number;
}

/** What the run has; `channelCounts` goes with `layerNames`. */
export interface CompletionFacts {
  readonly layerNames: readonly string[];
  readonly classNames: readonly string[];
  readonly channelCounts: readonly number[];
  readonly lastEpoch: number;
}

type Suggestion = Pick<Completion, 'insert' | 'detail'>;

/** Completions at `offset`, those first that the grammar names first; at most 64. */
export function completions(text: string, offset: number, facts: CompletionFacts): Completion[] {
  const tokens = tokenize(text.slice(0, Math.min(offset, 4096))).slice(0, -1);
  const written = typedWord(tokens, offset);
  const before = written ? tokens.slice(0, -1) : tokens;
  const prefix = written ? text.slice(written.from, offset).replace(/^['"]/, '').toLowerCase() : '';
  const from = written?.from ?? offset;
  return suggestionsAfter(before, facts)
    .filter(({ insert }) => insert.replace(/^'/, '').toLowerCase().startsWith(prefix))
    .slice(0, 64)
    .map((suggestion) => ({ ...suggestion, from, to: offset }));
}

/** The token that the cursor touches, when it is one that typing continues. */
function typedWord(tokens: readonly Token[], offset: number): Token | undefined {
  const last = tokens.at(-1);
  const continues = last?.kind === 'word' || last?.kind === 'number' || last?.kind === 'unterminated';
  return continues && last.to === offset ? last : undefined;
}

function suggestionsAfter(before: readonly Token[], facts: CompletionFacts): Suggestion[] {
  if (before.length === 0) return [{ insert: 'dCNN(-, -, -, -)', detail: 'the whole hypercube' }];
  const { terms, inBraces } = splitTerms(before);
  const current = terms.at(-1) ?? [];
  switch (terms.length) {
    case 1:
      return samples(current, facts, inBraces);
    case 2:
      return atItem(current) ? layers(facts, inBraces) : [];
    case 3:
      return atItem(current) ? channels(terms[1] ?? [], facts, inBraces) : [];
    case 4:
      return atItem(current) ? epochs(facts, inBraces) : [];
    default:
      return [];
  }
}

/** Tokens of each term so far; commas inside braces belong to their term. */
function splitTerms(tokens: readonly Token[]): { terms: Token[][]; inBraces: boolean } {
  const terms: Token[][] = [];
  let inBraces = false;
  for (const token of tokens) {
    if (isSymbol(token, '(')) terms.push([]);
    else if (isSymbol(token, ',') && !inBraces) terms.push([]);
    else if (isSymbol(token, ')')) return { terms: [], inBraces: false };
    else terms.at(-1)?.push(token);
    if (isSymbol(token, '{')) inBraces = true;
    if (isSymbol(token, '}')) inBraces = false;
  }
  return { terms, inBraces };
}

/** Whether an item may begin here: at the start of a term, or after "{" or a comma in braces. */
function atItem(term: readonly Token[]): boolean {
  const last = term.at(-1);
  return last === undefined || isSymbol(last, '{') || isSymbol(last, ',');
}

function samples(term: readonly Token[], facts: CompletionFacts, inBraces: boolean): Suggestion[] {
  const last = term.at(-1);
  if (!last || isWord(last, 'and')) return last ? conditions() : [everything('all inputs'), ...conditions()];
  const operator = term.findLastIndex((token) => isSymbol(token, '=') || isSymbol(token, '≠'));
  const field = operator > 0 ? SAMPLE_FIELDS[term[operator - 1]?.text.toLowerCase() ?? ''] : undefined;
  if (operator === term.length - 1 || (inBraces && atItem(term))) return field ? values(field, facts, inBraces) : [];
  if (operator < 0 && Object.hasOwn(SAMPLE_FIELDS, last.text))
    return [
      { insert: '=', detail: 'is' },
      { insert: '≠', detail: 'is not' },
    ];
  const complete = field !== undefined && !inBraces && !term.slice(operator).some((token) => isWord(token, 'and'));
  return complete ? [{ insert: 'and', detail: 'another condition' }] : [];
}

function conditions(): Suggestion[] {
  return [
    { insert: 'x.label = ', detail: 'inputs of a class' },
    { insert: 'y = ', detail: 'inputs predicted as a class' },
    { insert: 'x.label ≠ y', detail: 'inputs predicted wrongly' },
    { insert: 'x.split = ', detail: 'training or validation inputs' },
  ];
}

function values(field: 'label' | 'prediction' | 'split', facts: CompletionFacts, inBraces: boolean): Suggestion[] {
  if (field === 'split')
    return [
      { insert: 'train', detail: 'training inputs' },
      { insert: 'validation', detail: 'validation inputs' },
    ];
  const classes = facts.classNames.map((name, index) => ({ insert: String(index), detail: `class ${name}` }));
  const other =
    field === 'label' ? { insert: 'y', detail: 'the prediction' } : { insert: 'x.label', detail: 'the label' };
  return inBraces ? classes : [...classes, other];
}

function layers(facts: CompletionFacts, inBraces: boolean): Suggestion[] {
  const names = facts.layerNames.map((name, index) => ({ insert: printName(name), detail: `layer ${index}` }));
  const kinds = LayerKind.options.map((kind) => ({ insert: `kind:${kind}`, detail: `all ${kind} layers` }));
  return [...(inBraces ? [] : [everything('all layers')]), ...names, ...kinds];
}

/** Channels that exist in some named layer, or in any when the layers are not named one by one. */
function channels(layerTerm: readonly Token[], facts: CompletionFacts, inBraces: boolean): Suggestion[] {
  const named = layerTerm.flatMap(({ kind, text }) => {
    const index = kind === 'number' ? Number(text) : facts.layerNames.indexOf(text);
    return facts.channelCounts[index] ?? [];
  });
  const count = Math.max(0, ...(named.length > 0 ? named : facts.channelCounts));
  const whole = { insert: `{0..${count - 1}}`, detail: `${count} channels` };
  return [
    ...(inBraces ? [] : [everything('all channels'), ...(count > 1 ? [whole] : [])]),
    ...indices(count, 'channel'),
  ];
}

function epochs(facts: CompletionFacts, inBraces: boolean): Suggestion[] {
  const whole = [everything('every epoch, each alone'), { insert: 'last', detail: 'the last recorded epoch' }];
  return [...(inBraces ? [] : whole), ...indices(facts.lastEpoch + 1, 'epoch')];
}

function indices(count: number, what: string): Suggestion[] {
  return Array.from({ length: Math.min(count, 64) }, (_, index) => ({
    insert: String(index),
    detail: `${what} ${index}`,
  }));
}

function everything(detail: string): Suggestion {
  return { insert: '-', detail };
}

function isSymbol(token: Token, symbol: string): boolean {
  return token.kind === 'symbol' && token.text === symbol;
}

function isWord(token: Token, word: string): boolean {
  return token.kind === 'word' && token.text.toLowerCase() === word;
}
