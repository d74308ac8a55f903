/** The canonical text of a query and of its parts; the grammar is in queryText.ts. */
import {
  type ChannelTerm,
  type IndexRange,
  type LayerItem,
  type LayerTerm,
  type Query,
  type SampleCondition,
  type SampleTerm,
} from './query.js';
import { FIELD_TEXT } from './queryParser.js';
import { isBareName, quoteName } from './queryTokens.js';

/** The canonical text: sorted ranges in braces, `y` for the prediction, quotes only where needed. */
export function printQuery(query: Query): string {
  const terms = [
    printSamples(query.samples),
    printLayers(query.layers),
    printIndices(query.channels),
    query.epochs.kind === 'last' ? 'last' : printIndices(query.epochs),
  ];
  return `dCNN(${terms.join(', ')})`;
}

function printSamples(term: SampleTerm): string {
  return term.kind === 'where' ? term.conditions.map(printCondition).join(' and ') : printIndices(term);
}

function printCondition({ field, operator, right }: SampleCondition): string {
  const value =
    right.kind === 'classes'
      ? printRanges(right.ranges)
      : right.kind === 'field'
        ? FIELD_TEXT[right.field]
        : right.split;
  return `${FIELD_TEXT[field]} ${operator} ${value}`;
}

function printLayers(term: LayerTerm): string {
  return term.kind === 'all' ? '-' : braced(term.items.map(printLayer), isWide(term.items));
}

function isWide(items: readonly LayerItem[]): boolean {
  return items.some((item) => item.kind === 'range' && item.range[0] !== item.range[1]);
}

function printLayer(item: LayerItem): string {
  switch (item.kind) {
    case 'name':
      return printName(item.name);
    case 'range':
      return printRange(item.range);
    case 'layerKind':
      return `kind:${item.layerKind}`;
  }
}

/** A layer's name as a query holds it: in quotes where it could be read as something else. */
export function printName(name: string): string {
  return isBareName(name) ? name : quoteName(name);
}

function printIndices(term: ChannelTerm): string {
  return term.kind === 'all' ? '-' : printRanges(term.ranges);
}

function printRanges(ranges: readonly IndexRange[]): string {
  return braced(
    ranges.map(printRange),
    ranges.some(([from, to]) => from !== to),
  );
}

function printRange([from, to]: IndexRange): string {
  return from === to ? String(from) : `${from}..${to}`;
}

function braced(items: readonly string[], wide: boolean): string {
  return items.length === 1 && !wide ? items[0]! : `{${items.join(', ')}}`;
}
