/**
 * Finds the recorded layers that belong to the definitions in today's text. Where the file is as it was
 * recorded, by the place of the construction; otherwise by structure – class, name, arguments and order –
 * and then only what has a single reading: a value never stands above a layer that it may not belong to.
 */
import type { Layer } from '../../protocol/run.js';
import type { LayerDefinition } from '../detect/layerDefinition.js';
import { certainPairing } from '../../analysis/compare/alignment.js';
import { atOnce } from '../../system/steps.js';
import { agreement } from './argumentAgreement.js';
import { constructionSites, type ConstructionSite } from './constructionSites.js';
import { isOfClass } from './isOfClass.js';
import type { Agreement } from './pythonAgreement.js';
import { trades } from './tradedPlaces.js';

export type LayerMatch =
  /** The values of these layers belong to this definition. */
  | { readonly state: 'current'; readonly layers: readonly Layer[] }
  /** Recorded before an edit: `layers` are those that it made then, empty where that is not certain. */
  | { readonly state: 'stale'; readonly layers: readonly Layer[] }
  | { readonly state: 'unrecorded' };

const UNRECORDED: LayerMatch = { state: 'unrecorded' };
/** Beyond this many definitions or sites the alignment's table would take too long for an editor. */
const STRUCTURE_LIMIT = 1000;

/**
 * One match for each definition, in their order. `layers` are the recorded layers whose source is this
 * file; `fileMatches` says that its text is the recorded one (equal SHA-256).
 */
export function matchLayers(
  definitions: readonly LayerDefinition[],
  layers: readonly Layer[],
  fileMatches: boolean,
): LayerMatch[] {
  return atOnce(layerMatching(definitions, layers, fileMatches));
}

/** As `matchLayers`, in steps. */
export function* layerMatching(
  definitions: readonly LayerDefinition[],
  layers: readonly Layer[],
  fileMatches: boolean,
): Generator<void, LayerMatch[]> {
  const sites = constructionSites(layers);
  return yield* fileMatches ? matchByPlace(definitions, sites) : matchByStructure(definitions, sites);
}

function* matchByPlace(
  definitions: readonly LayerDefinition[],
  sites: readonly ConstructionSite[],
): Generator<void, LayerMatch[]> {
  const found = definitions.map((): Layer[] => []);
  for (const site of sites) {
    yield;
    const index = definitionAt(definitions, site);
    if (index >= 0) found[index]?.push(...site.layers);
  }
  return found.map((list) =>
    list.length > 0 ? { state: 'current', layers: list.sort((a, b) => a.index - b.index) } : UNRECORDED,
  );
}

/**
 * Stack traces point at the identifier before "(" or at "(" itself; source maps may round to the start
 * of the expression. So: that identifier, else the innermost expression around, else the line's only one.
 */
function definitionAt(definitions: readonly LayerDefinition[], site: ConstructionSite): number {
  const position = { line: site.line - 1, character: site.column - 1 };
  const candidates = [...definitions.keys()].filter((index) => {
    const definition = definitions[index];
    return definition !== undefined && isOfClass(definition, site);
  });
  // Python points at the start of the expression, which is where one around another call of the class begins, too.
  const begins = candidates.findLast((index) => {
    const start = definitions[index]?.span.start;
    return start?.line === position.line && start.character === position.character;
  });
  if (begins !== undefined) return begins;
  const callee = candidates.find((index) => {
    const span = definitions[index]?.callee;
    return (
      span &&
      span.start.line === position.line &&
      span.start.character <= position.character &&
      position.character <= span.end.character
    );
  });
  if (callee !== undefined) return callee;
  const around = candidates.filter((index) => isInside(position, definitions[index]?.span));
  if (around.length > 0) return around[around.length - 1] ?? -1;
  const onLine = candidates.filter((index) => definitions[index]?.callee.start.line === position.line);
  return onLine.length === 1 ? (onLine[0] ?? -1) : -1;
}

function isInside(position: LayerDefinition['span']['start'], span: LayerDefinition['span'] | undefined): boolean {
  if (!span) return false;
  const after =
    position.line > span.start.line ||
    (position.line === span.start.line && position.character >= span.start.character);
  const before =
    position.line < span.end.line || (position.line === span.end.line && position.character < span.end.character);
  return after && before;
}

function* matchByStructure(
  definitions: readonly LayerDefinition[],
  sites: readonly ConstructionSite[],
): Generator<void, LayerMatch[]> {
  if (Math.max(definitions.length, sites.length) > STRUCTURE_LIMIT) return definitions.map(() => UNRECORDED);
  const order = [...definitions.keys()].sort((a, b) => compareCallees(definitions[a], definitions[b]));
  const sorted = order.map((index) => definitions[index] as LayerDefinition);
  const agreements: Agreement[][] = [];
  for (const definition of sorted) {
    yield;
    agreements.push(sites.map((site) => agreement(definition, site)));
  }
  const cost = { same: 0, changed: 1, other: Infinity } satisfies Record<Agreement, number>;
  const certain = yield* certainPairing(sorted.length, sites.length, (i, j) => cost[agreements[i]?.[j] ?? 'other']);
  const isTraded = yield* trades(sorted, sites, agreements, certain);
  const matches = definitions.map((): LayerMatch => UNRECORDED);
  for (const [place, index] of order.entries()) {
    yield;
    matches[index] = structureMatch(place, certain[place] ?? -1);
  }
  return matches;

  function structureMatch(i: number, j: number): LayerMatch {
    const known = agreements[i]?.[j];
    const layers = sites[j]?.layers ?? [];
    if (known === 'same' && !isTraded(i, j)) return { state: 'current', layers };
    if (known === 'changed') return { state: 'stale', layers };
    return agreements[i]?.includes('same') ? { state: 'stale', layers: [] } : UNRECORDED;
  }
}

function compareCallees(a: LayerDefinition | undefined, b: LayerDefinition | undefined): number {
  if (!a || !b) return 0;
  return a.callee.start.line - b.callee.start.line || a.callee.start.character - b.callee.start.character;
}
