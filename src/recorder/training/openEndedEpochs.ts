/** Which epochs are recorded of a training that does not say how many there will be. */

/** All epochs up to this are recorded, then every 2nd up to twice as many, then every 4th … */
export const DENSE_EPOCHS = 50;

/** Whether epoch `epoch` of a training without end in sight is recorded. */
export function isRecorded(epoch: number): boolean {
  const doublings = Math.max(0, Math.ceil(Math.log2(epoch / DENSE_EPOCHS)));
  return epoch % 2 ** doublings === 0;
}
