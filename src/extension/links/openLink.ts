/**
 * Reads links that open a run, `vscode://cnnslicer.cnnslicer/open?run=ID&layer=NAME&view=channels`. A link may
 * come from anywhere: it can only choose among the runs that are listed, and nothing in it is run or written.
 */
import * as v from 'valibot';
import { Failure } from '../../protocol/failure.js';
import { ViewState, VIEWS } from '../../protocol/viewState.js';

/** What a panel showed, as "Copy link" writes it: base64url of JSON. */
const State = v.pipe(
  v.string(),
  v.maxLength(32_768),
  v.regex(/^[\w-]+$/, 'not a valid view state'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    try {
      return JSON.parse(Buffer.from(dataset.value, 'base64url').toString('utf8')) as unknown;
    } catch {
      addIssue({ message: 'not a valid view state' });
      return NEVER;
    }
  }),
  ViewState,
);

const OpenLink = v.object({
  /** A run's id, the name of its folder; never a path. */
  run: v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.regex(/^[^/\\]+$/, 'not a run id')),
  layer: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
  view: v.optional(v.picklist(VIEWS)),
  epoch: v.optional(v.pipe(v.string(), v.regex(/^\d{1,9}$/, 'not an epoch'), v.transform(Number))),
  query: v.optional(v.pipe(v.string(), v.startsWith('dCNN('), v.maxLength(4096))),
  /** All that a panel showed; what else the link names goes before it. */
  state: v.optional(State),
  /** The id of a run beside it. */
  compare: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.regex(/^[^/\\]+$/, 'not a run id'))),
});
export type OpenLink = v.InferOutput<typeof OpenLink>;

/** `path` and `query` of the link, decoded once as the editor does. Throws a `bad-input` Failure. */
export function readOpenLink(path: string, query: string): OpenLink {
  if (path !== '/open') throw noLink(`the path is ${JSON.stringify(path.slice(0, 100))}`);
  const given = new URLSearchParams(query);
  const fields = [...given.keys()];
  const twice = fields.find((key, index) => fields.indexOf(key) !== index);
  if (twice !== undefined) throw noLink(`${JSON.stringify(twice.slice(0, 100))} occurs twice`);
  const read = v.safeParse(OpenLink, Object.fromEntries(given));
  if (!read.success) {
    const [issue] = read.issues;
    throw noLink(`${v.getDotPath(issue) ?? 'link'}: ${issue.message}`);
  }
  return read.output;
}

function noLink(wrong: string): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: 'opening a link to a run',
    wrong,
    tryThis: 'Use a link such as …/open?run=ID. It may also have layer, view, epoch, query, compare and state.',
  });
}
