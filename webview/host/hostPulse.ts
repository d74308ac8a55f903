/**
 * Whether the extension host still answers its panel. A host that has ended leaves its pages on the screen and tells
 * them nothing; so the page asks for a sign of life as long as it is in sight.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import * as v from 'valibot';
import { Pong } from '../../src/protocol/panelMessages.js';
import type { EditorApi } from './editorHost.js';

const EVERY_MILLISECONDS = 1500;
/** A host that is busy answers late; its longest block is measured in tenths of a second. */
const PATIENCE_MILLISECONDS = 4000;

export interface HostPulse {
  /** Nothing has been heard for longer than a host takes. */
  readonly silent: ReadonlySignal<boolean>;
  stop(): void;
}

/** `now` in milliseconds; timers are those of `target`. */
export function watchHost(api: EditorApi, target: Window = window, now = () => performance.now()): HostPulse {
  const silent = signal(false);
  let id = 0;
  let lastBeat = now();
  /** Of the oldest ping since the last answer. */
  let askedAt: number | null = null;

  function beat(): void {
    const at = now();
    // The page itself was asleep: the answer may be waiting behind this.
    if (at - lastBeat > 2 * EVERY_MILLISECONDS) askedAt = null;
    lastBeat = at;
    if (askedAt !== null && at - askedAt >= PATIENCE_MILLISECONDS) silent.value = true;
    askedAt ??= at;
    api.postMessage({ type: 'ping', id: id++ });
  }
  function receive(message: MessageEvent): void {
    if (!v.is(Pong, message.data)) return;
    askedAt = null;
    silent.value = false;
  }
  target.addEventListener('message', receive);
  const timer = target.setInterval(beat, EVERY_MILLISECONDS);
  return {
    silent,
    stop: () => {
      target.clearInterval(timer);
      target.removeEventListener('message', receive);
    },
  };
}
