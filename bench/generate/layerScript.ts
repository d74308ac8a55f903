/** The text of a script of very many layers, and where each is constructed: what a large run's layers name. */
export interface LayerScript {
  readonly text: string;
  /** One for each layer: one-based, as stack traces say it. */
  readonly places: readonly { readonly line: number; readonly column: number }[];
}

export function layerScript({
  layers,
  channels,
  side,
}: {
  layers: number;
  channels: number;
  side: number;
}): LayerScript {
  const head = ["const tf = require('@tensorflow/tfjs');", '', 'const model = tf.sequential();'];
  const lines = Array.from({ length: layers }, (_, index) => {
    const input = index === 0 ? `inputShape: [${side}, ${side}, 1], ` : '';
    return `model.add(tf.layers.conv2d({ name: '${layerName(index)}', ${input}filters: ${channels}, kernelSize: 3, padding: 'same' }));`;
  });
  const column = 1 + 'model.add(tf.layers.'.length;
  return {
    text: [...head, ...lines, '', 'model.fit(inputs, labels);', ''].join('\n'),
    places: lines.map((_, index) => ({ line: head.length + index + 1, column })),
  };
}

export function layerName(index: number): string {
  return `conv_${index + 1}`;
}
