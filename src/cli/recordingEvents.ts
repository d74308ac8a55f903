/** What a recording says on stderr while it runs: one line an event, or a line of progress. */
import { accuracyWords } from '../protocol/accuracy.js';
import type { RecorderEvent } from '../protocol/recorderEvents.js';
import { byteText, type Console } from './console.js';

export function showEvent(console: Console, event: RecorderEvent): void {
  switch (event.type) {
    case 'engine':
      return console.message(`engine: ${event.name}${event.notice ? ` (${event.notice})` : ''}`);
    case 'run-started':
      return console.message(
        `recording ${event.layerCount} layers and ${event.probeCount} probes to ${event.folder}; about ${byteText(event.bytesPerEpoch)} per epoch${event.lastEpoch === null ? '' : `, ${byteText(event.forecastBytes)} in total`}`,
      );
    case 'batch':
      return console.progress(`epoch ${event.epoch}: ${Math.round(event.fraction * 100)} %`);
    case 'epoch-whole':
      return console.progress(epochText(event), true);
    case 'epoch-paused':
      return console.progress(`${whichEpoch(event)} not recorded: paused`, true);
    case 'notice':
      return console.message(`notice: ${event.text}`);
    case 'run-ended':
    case 'failed':
      return;
  }
}

function whichEpoch({ epoch, lastEpoch }: { readonly epoch: number; readonly lastEpoch: number | null }): string {
  return lastEpoch === null ? `epoch ${epoch}` : `epoch ${epoch} of ${lastEpoch}`;
}

export function epochText(event: Extract<RecorderEvent, { type: 'epoch-whole' }>): string {
  const parts = [`${whichEpoch(event)} recorded`];
  if (event.loss !== null) parts.push(`loss ${event.loss.toFixed(4)}`);
  if (event.accuracy !== null) parts.push(accuracyWords(event.accuracy));
  parts.push(
    byteText(event.byteCount),
    `${event.elapsedSeconds.toFixed(1)} s, ${event.recordingSeconds.toFixed(1)} s of it recording`,
  );
  return parts.join(', ');
}
