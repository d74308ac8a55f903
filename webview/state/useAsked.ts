/** Something that one view alone asks of the host: asked while the view is in sight, cancelled when it goes. */
import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { CallOptions } from '../../src/protocol/rpc.js';
import type { Loadable } from './loadable.js';
import { resource } from './resource.js';

export interface Asked<T> {
  readonly value: Loadable<T>;
  retry(): void;
}

/** `key` holds everything that the answer hangs on, as text; null asks nothing. `load` is given the key. */
export function useAsked<T>(
  key: string | null,
  doing: string,
  load: (key: string, call: CallOptions) => Promise<T>,
): Asked<T> {
  const latestLoad = useRef(load);
  latestLoad.current = load;
  const [asked] = useState(() => {
    const wanted = signal<string | null>(null);
    return {
      wanted,
      ...resource<T>({ key: wanted, doing, load: (one, call) => latestLoad.current(one, call) }),
    };
  });
  useEffect(() => {
    asked.wanted.value = key;
  }, [asked, key]);
  useEffect(() => asked.dispose, [asked]);
  const retry = (): void => {
    asked.wanted.value = null;
    asked.wanted.value = key;
  };
  return { value: asked.value.value, retry };
}
