/**
 * Recursive descent over the tokens of a query; the grammar is in queryText.ts. Stops at the first
 * fault with a QueryError that names what was expected there.
 */
import {
  ALL,
  type ChannelTerm,
  type EpochTerm,
  type IndexRange,
  type LayerItem,
  type LayerTerm,
  type Query,
  type SampleCondition,
  type SampleField,
  type SampleTerm,
} from './query.js';
import { listNames, normalizeRanges, QueryCursor, shorten } from './queryCursor.js';
import { quoteName, type Token } from './queryTokens.js';
import { LayerKind } from './run.js';

/** Names of the run that a query is read for; what is absent is not checked. */
export interface QueryVocabulary {
  readonly layerNames?: readonly string[];
  readonly classNames?: readonly string[];
}

export const SAMPLE_FIELDS: Readonly<Record<string, SampleField>> = {
  'x.label': 'label',
  y: 'prediction',
  'x.prediction': 'prediction',
  'x.split': 'split',
};
export const FIELD_TEXT: Readonly<Record<SampleField, string>> = {
  label: 'x.label',
  prediction: 'y',
  split: 'x.split',
};
const TERM_NAMES = ['the samples X', 'the layers L', 'the channels C', 'the epochs T'] as const;

export class QueryParser extends QueryCursor {
  constructor(
    tokens: readonly Token[],
    private readonly vocabulary: QueryVocabulary,
  ) {
    super(tokens);
  }

  query(): Query {
    if (!this.takeWord('dcnn')) this.fail('dCNN');
    this.symbol('(', '"("');
    const samples = this.samples();
    this.separator(1);
    const layers = this.layers();
    this.separator(2);
    const channels: ChannelTerm = this.takeSymbol('-')
      ? ALL
      : this.indexTerm(TERM_NAMES[2], '"-" or indices such as {0..7}');
    this.separator(3);
    const epochs = this.epochs();
    this.symbol(')', '")"');
    if (this.peek().kind !== 'end') this.fail('the end of the query');
    return { samples, layers, channels, epochs };
  }

  private samples(): SampleTerm {
    if (this.takeSymbol('-')) return ALL;
    if (this.peek().kind !== 'word') {
      return this.indexTerm(TERM_NAMES[0], '"-", indices such as {0..9}, or a condition such as x.label = 3');
    }
    const conditions = [this.condition()];
    while (this.takeWord('and')) conditions.push(this.condition());
    return { kind: 'where', conditions };
  }

  private condition(): SampleCondition {
    const field = this.field();
    if (!field) return this.fail('a condition on x.label, y or x.split');
    const operator = this.takeSymbol('=') ? '=' : this.takeSymbol('≠') ? '≠' : this.fail('"=" or "≠"');
    if (field === 'split') return { field, operator, right: { kind: 'split', split: this.split() } };
    const rightStart = this.peek();
    const other = this.field();
    if (other === undefined) return { field, operator, right: { kind: 'classes', ranges: this.classes() } };
    if (other === 'split' || other === field) {
      this.failAt(
        rightStart,
        `${FIELD_TEXT[field]} cannot be compared with ${rightStart.text}`,
        `Compare it with classes or with ${field === 'label' ? 'y' : 'x.label'}.`,
      );
    }
    return { field, operator, right: { kind: 'field', field: other } };
  }

  private field(): SampleField | undefined {
    const { kind, text } = this.peek();
    const field =
      kind === 'word' && Object.hasOwn(SAMPLE_FIELDS, text.toLowerCase())
        ? SAMPLE_FIELDS[text.toLowerCase()]
        : undefined;
    if (field) this.take();
    return field;
  }

  private split(): 'train' | 'validation' {
    if (this.takeWord('train')) return 'train';
    if (this.takeWord('validation')) return 'validation';
    return this.fail('train or validation');
  }

  private classes(): IndexRange[] {
    const expected = this.vocabulary.classNames?.length ? 'a class (its index or name)' : 'a class index or {…}';
    return normalizeRanges(this.listOf(() => this.className() ?? this.range(expected)));
  }

  private className(): IndexRange | undefined {
    const token = this.peek();
    if (token.kind !== 'word' && token.kind !== 'quoted') return undefined;
    const names = this.vocabulary.classNames;
    if (!names) return undefined;
    const index = names.indexOf(token.text);
    if (index < 0) this.unknownName('class', token, names, 'Use the index of the class, such as 3.');
    this.take();
    return [index, index];
  }

  private layers(): LayerTerm {
    if (this.takeSymbol('-')) return ALL;
    return { kind: 'layers', items: this.listOf(() => this.layer()) };
  }

  private layer(): LayerItem {
    const token = this.peek();
    if (token.kind === 'number') return { kind: 'range', range: this.range('a layer index') };
    if (token.kind === 'word' && token.text.startsWith('kind:')) return this.layerKind(token);
    if (token.kind !== 'word' && token.kind !== 'quoted') {
      return this.fail('a layer (its name, its index, kind:conv …) or "-"');
    }
    if (this.vocabulary.layerNames && !this.vocabulary.layerNames.includes(token.text)) {
      this.unknownName(
        'layer',
        token,
        this.vocabulary.layerNames,
        'Use one of these names, or the index of the layer.',
      );
    }
    this.take();
    return { kind: 'name', name: token.text };
  }

  private layerKind(token: Token): LayerItem {
    this.take();
    const kind = token.text === 'kind:' && this.peek().kind === 'word' ? this.take() : token;
    const name = kind === token ? token.text.slice('kind:'.length) : kind.text;
    if (!LayerKind.options.some((known) => known === name)) {
      this.failAt(
        { from: token.from, to: kind.to },
        `there is no layer kind ${quoteName(name)}`,
        `The kinds are ${LayerKind.options.join(', ')}.`,
      );
    }
    return { kind: 'layerKind', layerKind: name };
  }

  private epochs(): EpochTerm {
    if (this.takeSymbol('-')) return ALL;
    if (this.takeWord('last')) return { kind: 'last' };
    return this.indexTerm(TERM_NAMES[3], '"-", "last" or epochs such as {0..5}');
  }

  private indexTerm(term: string, expected: string): { kind: 'ranges'; ranges: IndexRange[] } {
    return { kind: 'ranges', ranges: normalizeRanges(this.listOf(() => this.range(`${term}: ${expected}`))) };
  }

  private separator(term: 1 | 2 | 3): void {
    this.symbol(',', `"," and then ${TERM_NAMES[term]}`);
  }

  private unknownName(what: string, token: Token, known: readonly string[] | undefined, tryThis: string): never {
    const has = known?.length ? `the run has ${listNames(known)}` : 'the run has none';
    return this.failAt(token, `${what} ${shorten(token.text)}: ${has}`, tryThis);
  }
}
