/** What an ablation changes, in words. */
import type { AblationValue } from '../../../src/protocol/ablation.js';

/** "−0.4 ± 0.3": the change of accuracy in points, per cent of the probes; 0.0 has no sign. */
export function changeWords({ change, halfWidth }: Pick<AblationValue, 'change' | 'halfWidth'>): string {
  if (change === null) return '–';
  const size = Math.abs(100 * change).toFixed(1);
  const sign = Number(size) === 0 ? '' : change > 0 ? '+' : '−';
  return `${sign}${size}${halfWidth ? ` ± ${(100 * halfWidth).toFixed(1)}` : ''}`;
}
