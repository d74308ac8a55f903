/** The unit of a loss, by its name in the manifest: several losses are joined by ", ". */

/** "nats" of cross-entropies alone; of others the unit hangs on the targets. */
export function lossUnit(loss: string): 'nats' | 'loss' {
  return loss.split(', ').every(isCrossEntropy) ? 'nats' : 'loss';
}

export function isCrossEntropy(loss: string): boolean {
  return /cross_?entropy/i.test(loss);
}
