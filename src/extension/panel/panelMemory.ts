/**
 * Which panels are open and what they show, kept where the next extension host of the same window finds it: after a host
 * has ended its panels stay on the screen, and nobody answers them.
 */
import type * as vscode from 'vscode';

const KEY = 'cnnslicer.openPanels';

export interface KeptPanel {
  /** The run folder. */
  readonly run: string;
  /** The tab's label. */
  readonly title: string;
  readonly column: vscode.ViewColumn;
  /** In front of its group. */
  readonly visible: boolean;
  /** As the page said it, checked then; null before it has said anything. */
  readonly state: object | null;
}

interface Kept {
  readonly session: string;
  readonly panels: readonly KeptPanel[];
}

export class PanelMemory {
  readonly #panels: Map<string, KeptPanel>;
  /** Those that an earlier host of this window left, in the order in which they were opened. */
  readonly left: readonly KeptPanel[];

  /** `session` is the window's: another one restores its panels itself. */
  constructor(
    readonly memento: Pick<vscode.Memento, 'get' | 'update'>,
    readonly session: string,
  ) {
    const kept = memento.get<Kept>(KEY);
    this.left = kept?.session === session ? kept.panels : [];
    this.#panels = new Map(this.left.map((panel) => [panel.run, panel]));
  }

  /** What is not given stays as it was. */
  set(run: string, part: Partial<Omit<KeptPanel, 'run'>>): void {
    const before = this.#panels.get(run) ?? { run, title: '', column: 1, visible: true, state: null };
    this.#panels.set(run, { ...before, ...part });
    this.#write();
  }

  delete(run: string): void {
    if (this.#panels.delete(run)) this.#write();
  }

  #write(): void {
    const kept: Kept = { session: this.session, panels: [...this.#panels.values()] };
    void this.memento.update(KEY, kept);
  }
}
