/** What the parent may tell a recording process: one JSON object a line on descriptor 4. */
import * as v from 'valibot';

export const ControlMessage = v.variant('type', [
  /** No epoch is recorded until `resume`; training goes on unchanged. */
  v.object({ type: v.literal('pause') }),
  v.object({ type: v.literal('resume') }),
  /** To the recorder of a Python script: the script is told to end. */
  v.object({ type: v.literal('stopping') }),
  /** To the recorder of a Python script: the script's process has ended. */
  v.object({
    type: v.literal('script-ended'),
    exitCode: v.nullable(v.pipe(v.number(), v.safeInteger())),
    signal: v.nullable(v.string()),
    stopped: v.boolean(),
  }),
]);
export type ControlMessage = v.InferOutput<typeof ControlMessage>;
