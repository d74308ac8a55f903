/**
 * A host for the gallery and the browser tests: answers every call of the contract for a made-up run,
 * through the same client and server as the real ones, with numbers by formula.
 */
import { Failure } from '../../src/protocol/failure.js';
import { connect, serve, type Handlers, type Port } from '../../src/protocol/rpc.js';
import { parseQuery, printQuery } from '../../src/protocol/queryText.js';
import type { RunDescription } from '../../src/protocol/run.js';
import { ViewerInputs, type ViewerContract } from '../../src/protocol/viewer.js';
import type { ViewState } from '../../src/protocol/viewState.js';
import type { Host } from '../../webview/host/host.js';
import { hashOf } from '../../webview/host/link.js';
import { factsOf } from '../../webview/state/facts.js';
import { channelAnswers } from './exampleChannels.js';
import { exampleAblation } from './exampleInformation.js';
import { exampleConfusion } from './exampleConfusion.js';
import { exampleCandidates, exampleComparison, exampleControl } from './exampleCompare.js';
import { exampleNetwork, examplePatches } from './exampleNetwork.js';
import { answer, report } from './exampleMeasures.js';
import { channelMeans, classMeans, featureMaps, probeLabels } from './exampleStacks.js';
import { ofGroupRun, trainingAnswers, type ExampleGroup } from './exampleTraining.js';

export interface ExampleHostOptions {
  readonly state?: Partial<ViewState>;
  /** Channels without any activation, by layer. */
  readonly dead?: Readonly<Record<number, readonly number[]>>;
  /** Channels at their activation's bounds, by layer. */
  readonly saturated?: Readonly<Record<number, readonly number[]>>;
  /** Classes that no sample is ever taken for. */
  readonly neverPredicted?: readonly number[];
  /** Runs of other sizes of training data beside this one. */
  readonly group?: ExampleGroup;
  /** Milliseconds that a measure takes. */
  readonly delay?: number;
  readonly failing?: readonly (keyof ViewerContract)[];
  readonly kind?: Host['kind'];
}

export interface ExampleHost extends Host {
  /** What the view asked to be saved and opened, for tests to look at. */
  readonly saved: ViewerContract['saveFile']['input'][];
  readonly opened: number[];
}

export function exampleHost(run: RunDescription, options: ExampleHostOptions = {}): ExampleHost {
  const [near, far] = portPair();
  const saved: ViewerContract['saveFile']['input'][] = [];
  const opened: number[] = [];
  serve<ViewerContract>(far, handlers(run, options, saved, opened));
  const client = connect<ViewerContract>(near);
  let kept: ViewState | null = options.state
    ? { view: 'query', query: 'dCNN(-, -, -, -)', measure: 'inter', epoch: null, ...options.state }
    : null;
  return {
    ...client,
    kind: options.kind ?? 'editor',
    saved,
    opened,
    loadState: () => kept,
    saveState: (state) => (kept = state),
    linkTo: hashOf,
    onEvent: () => () => undefined,
  };
}

function portPair(): [Port, Port] {
  const listeners: [Set<(message: unknown) => void>, Set<(message: unknown) => void>] = [new Set(), new Set()];
  const port = (own: 0 | 1): Port => ({
    post: (message) => {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => listeners[own === 0 ? 1 : 0].forEach((listener) => listener(copy)));
    },
    listen: (onMessage) => {
      listeners[own].add(onMessage);
      return () => listeners[own].delete(onMessage);
    },
  });
  return [port(0), port(1)];
}

function handlers(
  run: RunDescription,
  options: ExampleHostOptions,
  saved: ViewerContract['saveFile']['input'][],
  opened: number[],
): Handlers<ViewerContract> {
  const facts = factsOf(run);
  const check = (method: keyof ViewerContract): void => {
    if (!options.failing?.includes(method)) return;
    throw new Failure({
      kind: 'damaged',
      doing: 'reading epoch 12 of conv2d_2',
      wrong: 'the chunk c/12/0 has 1,024 bytes where its commit record says 4,096',
      tryThis: 'Choose other epochs; this one cannot be mended.',
    });
  };
  return {
    describe: { input: ViewerInputs.describe, handle: () => run },
    report: {
      input: ViewerInputs.report,
      handle: () => run.manifest.layers.map((_, layer) => report(run, options, layer)),
    },
    estimate: {
      input: ViewerInputs.estimate,
      handle: (request) => {
        check('estimate');
        const count = answer(run, options, request).values.length;
        return {
          bytes: 626_000 * count,
          seconds: 0.035 * count,
          valueCount: count,
          cachedCount: 0,
          canonical: printQuery(parseQuery(request.query)),
          applicable: facts.classCount > 0 ? ['inter', 'intra', 'label', 'metrics'] : ['inter', 'intra', 'metrics'],
        };
      },
    },
    measure: {
      input: ViewerInputs.measure,
      handle: async ({ run: id = null, ...request }, context) => {
        check('measure');
        for (let step = 0; step < 10 && options.delay; step++) {
          context.progress({ fraction: step / 10, text: `conv2d_2 at epoch ${step}` });
          await new Promise((resolve) => setTimeout(resolve, options.delay! / 10));
          if (context.signal.aborted) break;
        }
        return ofGroupRun(answer(run, options, request), id, run, options.group);
      },
    },
    confusion: { input: ViewerInputs.confusion, handle: (asked) => exampleConfusion(run, asked) },
    classMeans: { input: ViewerInputs.classMeans, handle: () => classMeans(run) },
    channelMeans: { input: ViewerInputs.channelMeans, handle: ({ query }) => channelMeans(run, options, query) },
    featureMaps: {
      input: ViewerInputs.featureMaps,
      handle: ({ layer, channels, samples }) => {
        check('featureMaps');
        return featureMaps(run, options, layer, channels, samples);
      },
    },
    probeLabels: { input: ViewerInputs.probeLabels, handle: () => probeLabels(run) },
    ...channelAnswers(run, options, check),
    ablation: {
      input: ViewerInputs.ablation,
      handle: (asked) => {
        check('ablation');
        return exampleAblation(run, options, asked);
      },
    },
    network: {
      input: ViewerInputs.network,
      handle: (asked) => {
        check('network');
        return exampleNetwork(run, asked, options.dead ?? {});
      },
    },
    networkPatches: {
      input: ViewerInputs.networkPatches,
      handle: (asked) => {
        check('networkPatches');
        return examplePatches(run, asked);
      },
    },
    ...trainingAnswers(run, options.group, (request) => answer(run, options, request)),
    compareCandidates: { input: ViewerInputs.compareCandidates, handle: () => exampleCandidates(run) },
    compare: { input: ViewerInputs.compare, handle: () => exampleComparison(run) },
    control: { input: ViewerInputs.control, handle: (asked) => exampleControl(run, asked) },
    openSource: {
      input: ViewerInputs.openSource,
      handle: ({ layer }) => {
        opened.push(layer);
        return null;
      },
    },
    saveFile: {
      input: ViewerInputs.saveFile,
      handle: (file) => {
        saved.push(file);
        return null;
      },
    },
  };
}
