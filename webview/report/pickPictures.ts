/** Some pictures of a kept stack of feature maps, with the ends of their own scale. */
import type { PictureStack, ViewerContract } from '../../src/protocol/viewer.js';

type Maps = ViewerContract['featureMaps']['input'];

/** Null where the stack lacks one of them, or holds colours, whose channels cannot be told apart. */
export function pickPictures(stack: PictureStack, held: Maps, asked: Maps): PictureStack | null {
  if (stack.planes !== 1) return null;
  const places = asked.samples.flatMap((sample) =>
    asked.channels.map((channel) => [held.samples.indexOf(sample), held.channels.indexOf(channel)] as const),
  );
  if (places.some(([sample, channel]) => sample < 0 || channel < 0)) return null;
  const size = stack.width * stack.height;
  const values = new Float32Array(places.length * size);
  const n = places.map(([sample, channel], at) => {
    const place = sample * held.channels.length + channel;
    values.set(stack.values.subarray(place * size, (place + 1) * size), at * size);
    return stack.n[place]!;
  });
  const [minimum, maximum] = endsOf(values);
  return { ...stack, count: places.length, values, n, minimum, maximum };
}

function endsOf(values: Float32Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? [0, 0] : [low, high];
}
