/** What a recording says on stderr while it runs: one line an event, or a line of progress. */
import { basename } from 'node:path';
import { accuracyWords } from '../protocol/accuracy.js';
import { bytesText } from '../protocol/bytesText.js';
import type { RecorderEvent } from '../protocol/recorderEvents.js';
import type { Console } from './console.js';

/** What is to be told of every event. From the second run of a script on, lines begin with the id of their run. */
export function eventPrinter(console: Console): (event: RecorderEvent) => void {
  const folders = new Set<string>();
  return (event) => {
    if (event.type === 'run-started') folders.add(event.folder);
    const isOfOne = folders.size > 1 && 'folder' in event && event.folder;
    showEvent(console, event, isOfOne ? `${basename(isOfOne)}: ` : '');
  };
}

function showEvent(console: Console, event: RecorderEvent, run: string): void {
  switch (event.type) {
    case 'engine':
      return console.message(`engine: ${event.name}${event.notice ? ` (${event.notice})` : ''}`);
    case 'run-started':
      return console.message(
        `recording ${event.layerCount} layers and ${event.probeCount} probes to ${event.folder}; about ${bytesText(event.bytesPerEpoch)} per epoch${event.lastEpoch === null ? '' : `, ${bytesText(event.forecastBytes)} in total`}`,
      );
    case 'batch':
      return console.progress(`${run}epoch ${event.epoch}: ${Math.round(event.fraction * 100)} %`);
    case 'epoch-whole':
      return console.progress(`${run}${epochText(event)}`, true);
    case 'epoch-paused':
      return console.progress(`${run}${whichEpoch(event)} not recorded: paused`, true);
    case 'notice':
      return console.message(`notice: ${run}${event.text}`);
    case 'saving':
    case 'run-ended':
    case 'failed':
      return;
  }
}

function whichEpoch({ epoch, lastEpoch }: { readonly epoch: number; readonly lastEpoch: number | null }): string {
  return lastEpoch === null ? `epoch ${epoch}` : `epoch ${epoch} of ${lastEpoch}`;
}

function epochText(event: Extract<RecorderEvent, { type: 'epoch-whole' }>): string {
  const parts = [`${whichEpoch(event)} recorded`];
  if (event.loss !== null) parts.push(`loss ${event.loss.toFixed(4)}`);
  if (event.accuracy !== null) parts.push(accuracyWords(event.accuracy));
  parts.push(
    bytesText(event.byteCount),
    `${event.elapsedSeconds.toFixed(1)} s, ${event.recordingSeconds.toFixed(1)} s of it recording`,
  );
  return parts.join(', ');
}
