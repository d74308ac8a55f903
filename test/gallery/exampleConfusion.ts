/** Why two classes of a made-up run are confused, with numbers by formula. */
import type { ConfusionQuestion, ConfusionResult } from '../../src/protocol/confusion.js';
import type { RunDescription } from '../../src/protocol/run.js';
import { classPictures } from './examplePictures.js';

const N = 200;

/** One of A is taken for five of B; the last two layers tell them apart; unit 11 of the last hidden one decides. */
export function exampleConfusion(
  { manifest, summary }: RunDescription,
  { a, b, epoch: asked }: ConfusionQuestion,
): ConfusionResult {
  const epoch = asked ?? summary.epochs.at(-1) ?? 0;
  const { layers, classNames } = manifest;
  const hidden = Math.max(1, layers.length - 2);
  const counts = (at: number) => {
    const [aAsB, bAsA] = [Math.round(N / (4 * (at + 1))), Math.round((N / 2) * Math.exp(-at / 4))];
    return { aAsB, bAsA, aRight: N - aAsB, bRight: N - bAsA };
  };
  const own = counts(epoch);
  const row = (channels: number[], aAsB: number, bAsA: number) => ({
    ...{ channels, aAsB, bAsA, aRight: N - aAsB, bRight: N - bAsA, othersRight: 1420 },
    mistakes: { change: aAsB + bAsA - own.aAsB - own.bAsA, halfWidth: 6.5 },
    right: { change: own.aAsB + own.bAsA - aAsB - bAsA, halfWidth: 6.5 },
    others: { change: -6, halfWidth: 7.2 },
  });
  const channel = Math.min(11, (layers[hidden]?.channelCount ?? 1) - 1);
  return {
    ...{ a, b, epoch, heldOut: true, probes: { a: N, b: N }, mapped: { a: N, b: N } },
    courses: summary.epochs.map((at) => ({ epoch: at, ...counts(at) })),
    layers: layers.map(({ index, name }) => {
      const gain = index < hidden ? 0 : 0.03;
      return {
        ...{ layer: index, name, accuracy: 0.91 + gain, low: 0.88 + gain, high: 0.935 + gain, before: 0.9 },
        ...(index === 0 ? { difference: null, halfWidth: null } : { difference: gain, halfWidth: 0.02 }),
        chance: { low: 0.43, high: 0.57 },
        ...{ bits: 0.4 + 5 * gain, bitsHalfWidth: 0.04, bitsBefore: 0.38, bitsChance: 0.2, n: 2 * N, reason: null },
      };
    }),
    ...{ largestByChance: 0.59, first: hidden, firstByInformation: hidden, lookedAt: hidden },
    channels: {
      list: [
        { channel, r: -0.52, pooled: -0.7, p: 0.002, responses: { aRight: 1.2, aAsB: 2.1, bAsA: 2.0, bRight: 2.9 } },
      ],
      ...{ beyond: 1, tested: layers[hidden]?.channelCount ?? 1, threshold: 0.17, answers: 'probabilities' },
    },
    whyNoChannels: null,
    ablation: {
      ...{ n: { a: N, b: N }, others: 1600, whole: { ...own, othersRight: 1426 } },
      rows: [row([channel], own.aAsB + 10, Math.max(0, own.bAsA - 12))],
    },
    whyNoAblation: null,
    misread: {
      aAsB: Array.from({ length: own.aAsB }, (_, i) => a + i * classNames.length),
      bAsA: Array.from({ length: own.bAsA }, (_, i) => b + i * classNames.length),
    },
    ...{ surest: { a, b }, trainings: [] },
    means: classPictures(4, manifest.layers[0].mapShape[0] ?? 28, [own.aRight, own.aAsB, own.bAsA, own.bRight]),
  };
}
