/** The places where a recorded script constructed layers: what of a recording can be matched to today's text. */
import type { Layer } from '../../protocol/run.js';

/** One place in the recorded text; a loop or a helper function makes several layers there. */
export interface ConstructionSite {
  /** One-based, as recorded. */
  readonly line: number;
  /** One-based, as recorded. */
  readonly column: number;
  readonly className: string;
  /** The framework's class that it is derived from; null: `className` is the framework's, or a function's. */
  readonly derivedFrom: string | null;
  /** In the order of the network. */
  readonly layers: readonly Layer[];
  /** Of all layers of the file, by index: what feeds those of the site. */
  readonly network: ReadonlyMap<number, Layer>;
}

/** Sites of one file in the order of its text. A place that made layers of two classes is two sites. */
export function constructionSites(layers: readonly Layer[]): ConstructionSite[] {
  const network = new Map(layers.map((layer) => [layer.index, layer]));
  const sites = new Map<string, ConstructionSite & { readonly layers: Layer[] }>();
  for (const layer of layers) {
    if (!layer.source) continue;
    const { line, column } = layer.source;
    const key = `${line}:${column}:${layer.className}`;
    const site = sites.get(key);
    if (site) site.layers.push(layer);
    else
      sites.set(key, {
        line,
        column,
        className: layer.className,
        derivedFrom: layer.derivedFrom ?? null,
        layers: [layer],
        network,
      });
  }
  return [...sites.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}
