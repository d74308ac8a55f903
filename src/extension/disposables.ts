/** What is acquired is registered where it is acquired; what arrives after the owner closed is closed at once. */
import type { Disposable } from 'vscode';

export class Disposables implements Disposable {
  readonly #held = new Set<Disposable>();
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  add<T extends Disposable>(item: T): T {
    if (this.#closed) item.dispose();
    else this.#held.add(item);
    return item;
  }

  /** Takes an item out and closes it. */
  remove(item: Disposable): void {
    if (this.#held.delete(item)) item.dispose();
  }

  /** Closes what is held and stays open for more. */
  clear(): void {
    const items = [...this.#held].reverse();
    this.#held.clear();
    for (const item of items) item.dispose();
  }

  dispose(): void {
    this.#closed = true;
    this.clear();
  }
}
