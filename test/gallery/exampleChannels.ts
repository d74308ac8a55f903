/** What the made-up run answers about single channels: projections, strongest samples, states over epochs. */
import type { DeconvnetResult } from '../../src/protocol/deconvnet.js';
import type { Handlers } from '../../src/protocol/rpc.js';
import type { RunDescription } from '../../src/protocol/run.js';
import { ViewerInputs, type ViewerContract } from '../../src/protocol/viewer.js';
import type { ExampleHostOptions } from './exampleHost.js';

type Answered = 'deconvnet' | 'strongestSamples' | 'channelStates';

/** Epochs at which the example's dead channels are dead: from the second on, but for a revival. */
function isDeadAt(epoch: number): boolean {
  return epoch >= 2 && epoch !== 6;
}

export function channelAnswers(
  run: RunDescription,
  options: ExampleHostOptions,
  check: (method: keyof ViewerContract) => void,
): Pick<Handlers<ViewerContract>, Answered> {
  return {
    deconvnet: {
      input: ViewerInputs.deconvnet,
      handle: (asked) => {
        check('deconvnet');
        return projections(run, options, asked);
      },
    },
    strongestSamples: {
      input: ViewerInputs.strongestSamples,
      handle: ({ channel, most, classIndex }) => {
        const { plan, classNames } = run.manifest;
        const classes = Math.max(1, classNames.length);
        const all = Array.from({ length: plan.mapSampleCount }, (_, sample) => sample);
        const some = all.filter((sample) => classIndex === null || sample % classes === classIndex);
        const samples = some.map((_, i) => some[(i * 7 + channel) % some.length]).slice(0, most);
        return { samples, activations: samples.map((_, i) => 3 - 0.1 * i), n: some.length };
      },
    },
    channelStates: {
      input: ViewerInputs.channelStates,
      handle: ({ layer }) => ({
        layer,
        epochs: run.summary.epochs.map((epoch) => ({
          epoch,
          dead: isDeadAt(epoch) ? [...(options.dead?.[layer] ?? [])] : [],
          saturated: [...(options.saturated?.[layer] ?? [])],
        })),
      }),
    },
  };
}

/** Ripples in a window that moves with the sample: signed, and 0 outside. */
function projections(
  run: RunDescription,
  options: ExampleHostOptions,
  { layer, channel, epoch, samples, unit }: ViewerContract['deconvnet']['input'],
): DeconvnetResult {
  const { mapShape, channelCount } = run.manifest.layers[0];
  const [height, width] = mapShape.length >= 2 ? mapShape : [1, mapShape[0] ?? 1];
  const dead = options.dead?.[layer]?.includes(channel) === true && isDeadAt(epoch);
  const side = unit === 'map' ? height : Math.min(height, 5 + 4 * layer);
  const fields = samples.map((sample) => {
    const from = unit === 'map' ? 0 : (sample * 5 + channel) % Math.max(1, height - side);
    return [from, from + side] as const;
  });
  const values = new Float32Array(samples.length * height * width * channelCount);
  samples.forEach((sample, at) => {
    const [from, to] = fields[at];
    for (let y = from; y < to; y++) {
      for (let x = from; x < Math.min(width, to); x++) {
        const ripple = Math.cos((x - from) * 0.9 + channel) * Math.sin((y - from) * 0.7 + sample);
        const fade = Math.exp(-(((x - (from + to) / 2) / side) ** 2 + ((y - (from + to) / 2) / side) ** 2) * 6);
        for (let plane = 0; plane < channelCount; plane++) {
          values[((at * height + y) * width + x) * channelCount + plane] = dead ? 0 : ripple * fade * (1 - 0.3 * plane);
        }
      }
    }
  });
  const space = mapShape.length >= 2 ? 2 : mapShape.length;
  return {
    ...{ layer, channel, epoch },
    inputShape: mapShape,
    inputChannels: channelCount,
    values,
    projections: samples.map((sample, at) => ({
      sample,
      place: unit === 'map' ? null : Array.isArray(unit) ? unit : [fields[at][0], fields[at][0]].slice(0, space),
      activation: dead ? 0 : 2.5,
      field: Array.from({ length: space }, () => fields[at]),
      recordedDifference: 1.2e-7,
    })),
  };
}
