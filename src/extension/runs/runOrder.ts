/** How runs stand in the tree: pinned ones first, runs of one group together, else newest first. Pure. */
import type { AnnotatedRun } from './runAnnotations.js';

export type RunEntry =
  | { readonly kind: 'run'; readonly run: AnnotatedRun }
  /** Runs that differ in the size of their training data, ascending. */
  | { readonly kind: 'group'; readonly id: string; readonly name: string; readonly runs: readonly AnnotatedRun[] };

/** `runs` are newest first; a group stands where its newest run would, and is pinned with any of its runs. */
export function runEntries(runs: readonly AnnotatedRun[]): RunEntry[] {
  const entries: RunEntry[] = [];
  const seen = new Set<string>();
  for (const run of runs) {
    const { group } = run;
    if (!group) entries.push({ kind: 'run', run });
    else if (!seen.has(group.id)) {
      seen.add(group.id);
      const ofGroup = runs.filter((other) => other.group?.id === group.id);
      entries.push({ kind: 'group', id: group.id, name: group.name, runs: ofGroup.sort(bySize) });
    }
  }
  return [...entries.filter(isPinned), ...entries.filter((entry) => !isPinned(entry))];
}

function bySize(a: AnnotatedRun, b: AnnotatedRun): number {
  return (a.group?.size ?? 0) - (b.group?.size ?? 0);
}

function isPinned(entry: RunEntry): boolean {
  return entry.kind === 'run' ? entry.run.annotations.pinned : entry.runs.some(({ annotations }) => annotations.pinned);
}
