/** What the parent may tell a recording process: one JSON object a line on descriptor 4. */
import * as v from 'valibot';

export const ControlMessage = v.variant('type', [
  /** No epoch is recorded until `resume`; training goes on unchanged. */
  v.object({ type: v.literal('pause') }),
  v.object({ type: v.literal('resume') }),
]);
export type ControlMessage = v.InferOutput<typeof ControlMessage>;
