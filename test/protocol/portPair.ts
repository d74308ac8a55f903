/** Two ports joined in memory: messages are cloned and arrive later, as between real processes. */
import type { Port } from '../../src/protocol/rpc.js';

export interface TestPort extends Port {
  /** Closes this end; the other end hears of it. */
  close(): void;
  /** Every message that this end posted. */
  readonly posted: unknown[];
}

export function portPair(): [TestPort, TestPort] {
  const ends = [new End(), new End()] as const;
  ends[0].other = ends[1];
  ends[1].other = ends[0];
  return [ends[0], ends[1]];
}

class End implements TestPort {
  readonly posted: unknown[] = [];
  other: End | undefined;
  private listeners = new Set<{ onMessage(message: unknown): void; onClose(): void }>();
  private open = true;

  post(message: unknown): void {
    const copy: unknown = structuredClone(message);
    this.posted.push(copy);
    setImmediate(() => this.other?.listeners.forEach(({ onMessage }) => onMessage(copy)));
  }

  listen(onMessage: (message: unknown) => void, onClose: () => void): () => void {
    const listener = { onMessage, onClose };
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    setImmediate(() => this.other?.listeners.forEach(({ onClose }) => onClose()));
  }
}
