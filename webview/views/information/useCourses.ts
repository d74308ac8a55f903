/** Layer after layer is asked for, small ones first, so that most are soon in sight; can be cancelled and taken up again. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { InformationChoice } from '../../../src/protocol/information.js';
import { courseOptions, measuredLayers, queryText, thinned } from '../../../src/protocol/informationQuestions.js';
import type { LayerMiResult } from '../../../src/protocol/measure.js';
import type { FailureParts } from '../../../src/protocol/failure.js';
import type { ViewProps } from '../views.js';
import { failureOf } from '../../state/loadable.js';
import { askMeasure, smallestFirst } from './informationQuestions.js';

export interface AskedCourses {
  /** By layer, as far as they are known. */
  readonly results: ReadonlyMap<number, LayerMiResult>;
  readonly failures: ReadonlyMap<number, FailureParts>;
  readonly progress: CourseProgress | null;
  readonly cancelled: boolean;
  cancel(): void;
  goOn(): void;
}

export interface CourseProgress {
  readonly layer: number;
  /** Layers that are done. */
  readonly done: number;
  readonly count: number;
  /** Of this layer, 0 to 1. */
  readonly fraction: number;
}

interface Known {
  readonly key: string;
  readonly results: ReadonlyMap<number, LayerMiResult>;
  readonly failures: ReadonlyMap<number, FailureParts>;
}

export function useCourses({ viewer, facts }: ViewProps, choice: InformationChoice): AskedCourses {
  const layers = useMemo(() => smallestFirst(measuredLayers(facts.layers)).map(({ index }) => index), [facts.layers]);
  const epochs = useMemo(() => thinned([...facts.whole].sort((a, b) => a - b)), [facts]);
  const options = courseOptions(choice);
  const key = JSON.stringify([layers, epochs, options]);
  const [known, setKnown] = useState<Known>({ key: '', results: new Map(), failures: new Map() });
  const [progress, setProgress] = useState<CourseProgress | null>(null);
  const [stopped, setStopped] = useState('');
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    if (stopped === key) return;
    const controller = new AbortController();
    const { signal } = controller;
    // What failed is asked again.
    let found: Known = { key, results: known.key === key ? known.results : new Map(), failures: new Map() };
    const keep = (part: Partial<Known>): void => setKnown((found = { ...found, ...part }));
    keep({});
    const ask = async (layer: number): Promise<void> => {
      const done = layers.indexOf(layer);
      const tell = (fraction: number): void => {
        if (!signal.aborted) setProgress({ layer, done, count: layers.length, fraction });
      };
      tell(0);
      try {
        const request = { query: queryText([layer], epochs), options };
        const call = { signal, onProgress: (one: { fraction: number }) => tell(one.fraction) };
        const result = await askMeasure(viewer.host, 'layer-mi', request, call);
        if (!signal.aborted) keep({ results: new Map([...found.results, [layer, result]]) });
      } catch (error) {
        const failure = failureOf(error, 'computing layer mutual information');
        if (!signal.aborted) keep({ failures: new Map([...found.failures, [layer, failure]]) });
      }
    };
    const askAll = async (): Promise<void> => {
      for (const layer of layers) if (!signal.aborted && !found.results.has(layer)) await ask(layer);
      if (!signal.aborted) setProgress(null);
    };
    void askAll();
    return () => {
      controller.abort();
      setProgress(null);
    };
  }, [key, stopped === key, attempt]);

  const current = known.key === key;
  return {
    results: current ? known.results : new Map(),
    failures: current ? known.failures : new Map(),
    progress,
    cancelled: stopped === key,
    cancel: () => setStopped(key),
    goOn: () => {
      setStopped('');
      setAttempt(attempt + 1);
    },
  };
}
