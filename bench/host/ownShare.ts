/**
 * How much of a turn is ours: the host runs the editor's own extensions too. A sample of the profile is ours where code
 * of the extension, or the parser that it brings, is on the stack; collections of garbage go with what ran before.
 */
import type { Profiler } from 'node:inspector';
import type { Turn } from './turns.js';

export interface WorstBlock {
  /** The longest turn of the host, whoever's. */
  readonly hostMs: number;
  /** The most of ours in one turn; null without a profile. */
  readonly oursMs: number | null;
}

const IDLE = '(idle)';
const ANYBODYS = new Set(['(garbage collector)', '(program)']);

export function worstBlock(
  turns: readonly Turn[],
  profile: Profiler.Profile | null,
  isOurs: (url: string) => boolean,
): WorstBlock {
  const hostMs = Math.max(0, ...turns.map(({ processorMs }) => processorMs));
  if (!profile) return { hostMs, oursMs: null };
  const samples = samplesOf(profile, isOurs);
  const ours = turns.map((turn) => turn.processorMs * shareIn(turn, samples));
  return { hostMs, oursMs: Math.max(0, ...ours) };
}

interface Sample {
  readonly at: number;
  readonly ours: boolean;
  readonly took: number;
}

function samplesOf(
  { nodes, samples = [], timeDeltas = [], startTime }: Profiler.Profile,
  isOurs: (url: string) => boolean,
): Sample[] {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const owned = new Map<number, boolean>();
  const ownsStack = (id: number): boolean => {
    const known = owned.get(id);
    if (known !== undefined) return known;
    const parent = parents.get(id);
    const own = isOurs(byId.get(id)?.callFrame.url ?? '') || (parent !== undefined && ownsStack(parent));
    owned.set(id, own);
    return own;
  };
  const found: Sample[] = [];
  let [at, ours] = [startTime, false];
  samples.forEach((id, index) => {
    const took = timeDeltas[index] ?? 0;
    at += took;
    const name = byId.get(id)?.callFrame.functionName ?? '';
    if (name === IDLE) return;
    if (!ANYBODYS.has(name)) ours = ownsStack(id);
    found.push({ at, ours, took });
  });
  return found;
}

/** 0 … 1; a turn without a sample is nobody's. */
function shareIn({ from, to }: Turn, samples: readonly Sample[]): number {
  let [own, all] = [0, 0];
  for (const { at, ours, took } of samples) {
    if (at < from || at > to) continue;
    all += took;
    if (ours) own += took;
  }
  return all === 0 ? 0 : own / all;
}
