/** The inputs of a control experiment as the network gets them, to be looked at. */
import type { Condition } from '../../../protocol/control.js';
import type { CallContext } from '../../../protocol/rpc.js';
import type { PictureStack } from '../../../protocol/viewer.js';
import type { OpenedRun } from '../../run/openedRun.js';
import { runAll, type Session } from '../dispatch/session.js';

/** Picture `condition * shown.length + i`, on the scale of the first condition. */
export async function controlPictures(
  session: Session,
  run: OpenedRun,
  conditions: readonly Condition[],
  shown: readonly number[],
  { signal }: CallContext,
): Promise<PictureStack> {
  const { channelCount, mapShape } = run.manifest.layers[0];
  const parts = await runAll(
    conditions.map((condition) =>
      session.pool.run(
        'controlPictures',
        { run: run.reference, samples: shown, condition },
        { signal, rank: session.nextRank() },
      ),
    ),
  );
  const planes = channelCount === 3 ? 3 : 1;
  const pixels = parts.map((part) => (planes === channelCount ? part : part.filter((_, i) => i % channelCount === 0)));
  const values = new Float32Array(pixels.reduce((sum, part) => sum + part.length, 0));
  pixels.reduce((from, part) => (values.set(part, from), from + part.length), 0);
  // The scale is that of what was recorded; noise may leave it.
  const [minimum, maximum] = pixels[0].reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Infinity, -Infinity],
  );
  const count = conditions.length * shown.length;
  return {
    width: mapShape[1],
    height: mapShape[0],
    planes,
    count,
    values,
    minimum,
    maximum,
    n: Array<number>(count).fill(1),
  };
}
