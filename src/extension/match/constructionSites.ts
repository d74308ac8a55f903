/** The places where a recorded script constructed layers: what of a recording can be matched to today's text. */
import type { Layer } from '../../protocol/run.js';

/** One place in the recorded text; a loop or a helper function makes several layers there. */
export interface ConstructionSite {
  /** One-based, as recorded. */
  readonly line: number;
  /** One-based, as recorded. */
  readonly column: number;
  readonly className: string;
  /** In the order of the network. */
  readonly layers: readonly Layer[];
}

/** Sites of one file in the order of its text. A place that made layers of two classes is two sites. */
export function constructionSites(layers: readonly Layer[]): ConstructionSite[] {
  const sites = new Map<string, { line: number; column: number; className: string; layers: Layer[] }>();
  for (const layer of layers) {
    if (!layer.source) continue;
    const { line, column } = layer.source;
    const key = `${line}:${column}:${layer.className}`;
    const site = sites.get(key);
    if (site) site.layers.push(layer);
    else sites.set(key, { line, column, className: layer.className, layers: [layer] });
  }
  return [...sites.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}
