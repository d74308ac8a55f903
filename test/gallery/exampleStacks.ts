/** Pictures of the made-up run: mean inputs of classes, mean maps of channels, maps of single samples. */
import { parseQuery } from '../../src/protocol/queryText.js';
import type { RunDescription } from '../../src/protocol/run.js';
import type { PictureStack } from '../../src/protocol/viewer.js';
import { labelBands, layerBands } from '../../webview/selection/terms.js';
import type { ExampleHostOptions } from './exampleHost.js';
import { perClass } from './exampleMeasures.js';
import { channelPictures, classPictures } from './examplePictures.js';

export function classMeans(run: RunDescription): PictureStack {
  return classPictures(run.manifest.classNames.length, run.manifest.layers[0].mapShape[0] ?? 28, perClass(run));
}

export function channelMeans(run: RunDescription, options: ExampleHostOptions, text: string): PictureStack {
  const query = parseQuery(text);
  const layer = run.manifest.layers[layerBands(query.layers, run.manifest.layers)[0]?.[0] ?? 0];
  const digit = (labelBands(query.samples, run.manifest.classNames.length)?.[0]?.[0] ?? 8) % 10;
  const shape: [number, number] = layer.mapShape.length >= 2 ? [layer.mapShape[0], layer.mapShape[1]] : [1, 1];
  return channelPictures(digit, layer.channelCount, shape, options.dead?.[layer.index] ?? [], 100);
}

export function probeLabels(run: RunDescription): number[] {
  const classes = run.manifest.classNames.length;
  return classes === 0 ? [] : Array.from({ length: run.manifest.plan.mapSampleCount }, (_, i) => i % classes);
}

export function featureMaps(
  run: RunDescription,
  options: ExampleHostOptions,
  layer: number,
  channels: readonly number[],
  samples: readonly number[],
): PictureStack {
  const { channelCount, mapShape } = run.manifest.layers[layer];
  const [height, width] = mapShape.length >= 2 ? mapShape : [1, 1];
  const parts = samples.flatMap((sample) => {
    const digit = (probeLabels(run)[sample] ?? sample) % 10;
    if (layer === 0) return [classPictures(10, width, new Array(10).fill(1)).values.slice(digit * width * height)];
    const all = channelPictures(digit, channelCount, [height, width], options.dead?.[layer] ?? [], 1).values;
    return channels.map((channel) => all.slice(channel * width * height));
  });
  const values = new Float32Array(parts.length * width * height);
  parts.forEach((part, i) => values.set(part.subarray(0, width * height), i * width * height));
  const maximum = values.reduce((most, value) => Math.max(most, value), 0);
  return { width, height, planes: 1, count: parts.length, values, minimum: 0, maximum, n: parts.map(() => 1) };
}
