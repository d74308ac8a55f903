/**
 * What the parent tells the recording process while it trains, one JSON object a line on a descriptor of its
 * own. Read in the writer's thread, since the training thread may compute for minutes without a pause.
 */
import { Socket } from 'node:net';
import * as v from 'valibot';
import { ControlMessage } from '../../protocol/recorderControl.js';

/** No message is longer; a line that is, is no message. */
const LINE_LIMIT = 4096;

/** Calls `onMessage` for each line that is a message, until the parent closes its end. Keeps no process alive. */
export function readControl(descriptor: number, onMessage: (message: ControlMessage) => void): void {
  const socket = openSocket(descriptor);
  if (!socket) return;
  let pending = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (pending + text).split('\n');
    pending = (lines.pop() ?? '').slice(0, LINE_LIMIT);
    for (const line of lines) {
      const message = parse(line);
      if (message) onMessage(message);
    }
  });
  socket.on('error', () => socket.destroy());
  socket.unref();
}

/** Null where the parent opened no such descriptor. */
function openSocket(descriptor: number): Socket | null {
  try {
    return new Socket({ fd: descriptor, readable: true, writable: false });
  } catch {
    return null;
  }
}

function parse(line: string): ControlMessage | null {
  try {
    const parsed = v.safeParse(ControlMessage, JSON.parse(line));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
