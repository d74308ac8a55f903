/** What a viewer lets its host do for a person; how it went is told in a short line. */
import type { Signal } from '@preact/signals';
import type { ViewerContract } from '../../src/protocol/viewer.js';
import type { Host } from '../host/host.js';
import type { RunFacts } from './facts.js';

export async function openSource(
  host: Host,
  facts: RunFacts | null,
  layer: number,
  notice: Signal<string | null>,
): Promise<void> {
  const span = facts?.layers[layer]?.source;
  if (host.kind === 'browser') {
    notice.value = span
      ? `${span.file}:${span.line}:${span.column}`
      : 'This layer was not created by a line of the script.';
    return;
  }
  await told(host.call('openSource', { layer }), 'opening the source', notice);
}

export async function save(
  host: Host,
  file: ViewerContract['saveFile']['input'],
  notice: Signal<string | null>,
): Promise<void> {
  await told(host.call('saveFile', file), `saving ${file.name}`, notice);
}

async function told(work: Promise<unknown>, doing: string, notice: Signal<string | null>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Error && 'kind' in error && error.kind === 'cancelled')) {
      notice.value = error instanceof Error ? error.message : `${doing} failed`;
    }
  }
}
