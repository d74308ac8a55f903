/**
 * What a layer is called on the screen. TensorFlow.js names a layer that the script does not after its class
 * twice ("conv2d_Conv2D1"): shown as "Conv2D 1". The recorded name stays in tooltips, queries and files.
 */
import type { Layer } from '../../src/protocol/run.js';

export function layerLabel({ name, className, kind }: Pick<Layer, 'name' | 'className' | 'kind'>): string {
  if (kind === 'input' && /_input$/.test(name)) return 'input';
  const cut = name.lastIndexOf(`_${className}`);
  if (className === '' || cut < 1) return name;
  const [before, after] = [name.slice(0, cut), name.slice(cut + 1 + className.length)];
  const doubled = before.replaceAll('_', '').toLowerCase() === className.toLowerCase();
  return doubled && /^\d*$/.test(after) ? `${className} ${after}`.trim() : name;
}
