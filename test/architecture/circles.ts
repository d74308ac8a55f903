/** Folders that import back from those that import them, and files that import values from each other in a circle. */
import type { Import } from './imports.js';

/** What one source file imports of the others. */
interface Edge {
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

/** Imports between the files that are given; paths without what ends them. */
export function edgesOf(imports: readonly Import[], files: readonly string[]): Edge[] {
  const known = new Set(files.map(stem));
  return imports.flatMap(({ file, target, isType }) => {
    const to = 'path' in target ? stem(target.path) : '';
    return known.has(to) ? [{ from: stem(file), to, isType }] : [];
  });
}

/** "a ⇄ b" for two folders beside each other that import each other, types included. */
export function backImports(edges: readonly Edge[]): string[] {
  const between = new Set(edges.flatMap(({ from, to }) => siblingsOf(from, to)));
  const backwards = (pair: string): string => pair.split(' → ').reverse().join(' → ');
  return [...between]
    .filter((pair) => pair < backwards(pair) && between.has(backwards(pair)))
    .map((pair) => pair.replace('→', '⇄'));
}

/** Where two paths part: the two folders there; nothing where one is a file beside the other folder. */
function siblingsOf(from: string, to: string): string[] {
  const [a, b] = [from.split('/'), to.split('/')];
  const parting = a.findIndex((part, i) => part !== b[i]);
  const areFolders = parting < a.length - 1 && parting < b.length - 1;
  return areFolders ? [`${a.slice(0, parting + 1).join('/')} → ${b.slice(0, parting + 1).join('/')}`] : [];
}

/** Files that import values from each other, each circle once (Tarjan's strongly connected components). */
export function valueCircles(edges: readonly Edge[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to, isType } of edges) if (!isType) next.set(from, [...(next.get(from) ?? []), to]);
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.get(file)!);
    open.push(file);
    for (const other of next.get(file) ?? []) {
      if (!order.has(other)) visit(other);
      if (open.includes(other)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(other)!));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1 || next.get(file)?.includes(file)) circles.push(circle.sort());
  };
  for (const file of next.keys()) if (!order.has(file)) visit(file);
  return circles;
}

function stem(path: string): string {
  return path.replace(/\.(js|tsx?)$/, '');
}
