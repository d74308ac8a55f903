/** Worker threads as the ports of src/protocol/rpc.ts: one end for each side of a thread. */
import type { MessagePort, Worker } from 'node:worker_threads';
import type { Port } from '../../protocol/rpc.js';

/** The end of the thread that started the worker. The worker's end, for any reason, closes it. */
export function portOfWorker(worker: Worker): Port {
  return {
    post: (message) => worker.postMessage(message),
    listen(onMessage, onClose) {
      worker.on('message', onMessage);
      worker.once('exit', onClose);
      return () => {
        worker.off('message', onMessage);
        worker.off('exit', onClose);
      };
    },
  };
}

/** The end inside the worker. */
export function portOfParent(parent: MessagePort): Port {
  return {
    post: (message) => parent.postMessage(message),
    listen(onMessage, onClose) {
      parent.on('message', onMessage);
      parent.once('close', onClose);
      return () => {
        parent.off('message', onMessage);
        parent.off('close', onClose);
      };
    },
  };
}
