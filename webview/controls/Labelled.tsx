/** Controls with their name before them. */
import type { VNode } from 'preact';

export function Labelled({ name, children }: { name: string; children: VNode | (VNode | false)[] }): VNode {
  return (
    <span class="labelled">
      <span class="quiet">{name}</span>
      {children}
    </span>
  );
}
