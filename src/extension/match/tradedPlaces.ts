/**
 * Whether a definition that is paired with a recorded construction may be another one's: several look the same,
 * and an edit could have made them trade places – the two alone, or with what stands around them.
 */
import type { LayerDefinition } from '../detect/layerDefinition.js';
import type { Agreement } from './pythonAgreement.js';
import type { ConstructionSite } from './constructionSites.js';

export type IsTraded = (definition: number, site: number) => boolean;

/** `certain[i]` is the site that definition i is paired with in every cheapest alignment; −1 where there is none. */
export function* trades(
  definitions: readonly LayerDefinition[],
  sites: readonly ConstructionSite[],
  agreements: readonly (readonly Agreement[])[],
  certain: readonly number[],
): Generator<void, IsTraded> {
  const isSame = (i: number, j: number): boolean => agreements[i]?.[j] === 'same';
  const twinsOf = (i: number, j: number): number[] => [...definitions.keys()].filter((k) => k !== i && isSame(k, j));
  const rivalsOf = (i: number, j: number): number[] => [...sites.keys()].filter((l) => l !== j && isSame(i, l));
  const isCrossed = crossings(definitions.length, sites.length, isSame, certain);
  // Parts of the text that hold a layer which looks like no other: had they moved, that one would have.
  const anchored = new Set<string>();
  for (const [i, j] of certain.entries()) {
    yield;
    const isAlone = isSame(i, j) && twinsOf(i, j).length === 0 && rivalsOf(i, j).length === 0;
    if (isAlone) anchored.add(definitions[i]?.around ?? '');
  }
  return (i, j) => {
    const [twins, rivals] = [twinsOf(i, j), rivalsOf(i, j)];
    if (twins.length === 0 && rivals.length === 0) return false;
    if (twins.length < rivals.length || [i, ...twins].some((k) => isCrossed(k, certain[k] ?? -1))) return true;
    return twins.some((twin) => !areAlike(i, twin) || !wereAlike([i, j], [twin, certain[twin] ?? -1]));
  };

  /** A trade of the two would leave the text as it is, and what they are in has not moved. */
  function areAlike(i: number, k: number): boolean {
    const [one, other] = [definitions[i], definitions[k]];
    if (!one || !other || one.statement !== other.statement) return false;
    return one.around === other.around || anchored.has(one.around) || anchored.has(other.around);
  }

  /** Statements that are equal today and were recorded at other columns were others. */
  function wereAlike([i, j]: readonly [number, number], [k, l]: readonly [number, number]): boolean {
    const [one, other] = [sites[j], sites[l]];
    if (!one || !other || one.line === other.line) return true;
    return columnOf(definitions[i]) - columnOf(definitions[k]) === one.column - other.column;
  }
}

/**
 * Whether something was moved across a pair: a definition and a site on its two sides that agree, while each is
 * paired with something else or with nothing.
 */
function crossings(definitionCount: number, siteCount: number, isSame: IsTraded, certain: readonly number[]): IsTraded {
  const taken = new Set(certain.filter((j, i) => isSame(i, j)));
  const left = [...Array(siteCount).keys()].filter((j) => !taken.has(j));
  const straysOf = [...Array(definitionCount).keys()].map((i) =>
    isSame(i, certain[i] ?? -1) ? [] : left.filter((j) => isSame(i, j)),
  );
  // The furthest site that a definition before each agrees with, and the nearest that one from each on does.
  const furthest: number[] = [-1];
  straysOf.forEach((strays, i) => furthest.push(Math.max(furthest[i] ?? -1, strays[strays.length - 1] ?? -1)));
  const nearest = Array<number>(definitionCount + 1).fill(Infinity);
  for (let i = definitionCount - 1; i >= 0; i--)
    nearest[i] = Math.min(nearest[i + 1] ?? Infinity, straysOf[i]?.[0] ?? Infinity);
  return (i, j) => j >= 0 && ((furthest[i] ?? -1) > j || (nearest[i] ?? Infinity) < j);
}

function columnOf(definition: LayerDefinition | undefined): number {
  return definition?.callee.start.character ?? 0;
}
