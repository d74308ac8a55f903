/** One example: a name and what it draws. Files `*.example.tsx` beside a view export a list of them. */
import type { VNode } from 'preact';

export interface Example {
  readonly name: string;
  readonly draw: () => VNode;
  /** Takes the whole page: not drawn among the others, only on a page of its own. */
  readonly whole?: boolean;
}
