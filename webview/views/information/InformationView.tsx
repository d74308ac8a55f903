/** The information view: what layers know of label and input, the plane, less effective and redundant units, similarity. */
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { InformationChoice } from '../../../src/protocol/information.js';
import { FIRST_CHOICE, measuredLayers } from '../../../src/protocol/informationQuestions.js';
import type { FailureParts } from '../../../src/protocol/failure.js';
import type { LayerMiResult } from '../../../src/protocol/measure.js';
import type { Layer } from '../../../src/protocol/run.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { FailureCard } from '../../controls/FailureCard.js';
import type { ViewProps } from '../views.js';
import { countWords } from '../../text/words.js';
import type { Loadable } from '../../state/loadable.js';
import { epochDomain, fileName } from '../query/results/chartParts.js';
import { csvOf } from '../query/results/csv.js';
import { CourseChart } from './CourseChart.js';
import { awaitedCourse, courseFinding, courseOf, type Course } from './courses.js';
import { InformationControls } from './InformationControls.js';
import { InformationPlane } from './InformationPlane.js';
import { InformationNote } from './InformationNote.js';
import { RedundancyChart } from './RedundancyChart.js';
import { Similarity } from './Similarity.js';
import { UnitsPanel } from './UnitsPanel.js';
import { useCourses, type AskedCourses } from './useCourses.js';
import { useRedundancy, useRestedEpoch } from './useUnits.js';

export function InformationView({ viewer, facts }: ViewProps): VNode {
  if (facts.lastWhole < 0) return <main class="information-view waiting">No epoch has been recorded yet.</main>;
  return <Whole viewer={viewer} facts={facts} />;
}

function Whole({ viewer, facts }: ViewProps): VNode {
  const both = { viewer, facts };
  const choice = viewer.information.value ?? FIRST_CHOICE;
  const onChange = (part: Partial<InformationChoice>): void => {
    viewer.information.value = { ...choice, ...part };
  };
  const asked = useCourses(both, choice);
  const courses = useMemo(
    () =>
      [...asked.results]
        .sort(([a], [b]) => a - b)
        .map(([layer, result]) => courseOf(result, facts.layers[layer], choice.curve)),
    [asked.results, choice.curve, facts],
  );
  const places = useMemo(
    () => placesOf(courses, facts.layers, asked.failures),
    [courses, facts.layers, asked.failures],
  );
  const epochs = useMemo(() => epochDomain(facts), [facts]);
  const epoch = viewer.cursorEpoch.value;
  const answer = answerOf(asked);
  const rested = useRestedEpoch(both);
  // Single units and similarity wait until half the layers are there: they would take the threads from them.
  const answered = asked.results.size + asked.failures.size;
  const isHalf = answered > 0 && (asked.cancelled || 2 * answered >= measuredLayers(facts.layers).length);
  // They do not hang on the estimator: once there, they stay while another one is computed.
  const wasReady = useRef(false);
  wasReady.current ||= isHalf;
  const ready = wasReady.current;
  const redundancy = useRedundancy(both, rested, ready);
  const parts = { ...both, choice, epoch: rested, ready, redundancy, onChange };
  const frame = {
    answer,
    invitation: 'Cancelled before any layer was measured.',
    csv: (result: LayerMiResult) => csvOf(result, facts.layers),
    onSave: (file: Parameters<typeof viewer.save>[0]) => void viewer.save(file),
    onRetry: asked.goOn,
  };
  return (
    <main class="information-view">
      <InformationControls {...both} {...{ choice, asked, onChange }} />
      <ChartFrame<LayerMiResult>
        {...frame}
        title={facts.classCount > 0 ? 'Information about the label, by layer' : 'Information about the input, by layer'}
        finding={() => courseFinding(courses, epoch, courses.length < places.length, choice.curve)}
        caption={(result) => courseCaption(result, courses, choice)}
        fileName={fileName(facts, 'information')}
        draw={() => <CourseChart {...both} {...{ courses: places, epochs, epoch }} />}
      />
      {answer.state !== 'failed' &&
        failureCards(asked.failures).map((failure) => (
          <FailureCard key={failure.wrong} failure={failure} onRetry={asked.goOn} />
        ))}
      <div class="information-columns">
        <div class="information-left">
          <ChartFrame<LayerMiResult>
            {...frame}
            answer={answer.state === 'failed' ? { state: 'empty' } : answer}
            invitation={answer.state === 'failed' ? 'No layer was measured.' : frame.invitation}
            title="Information plane"
            finding={() => null}
            caption={() => planeCaption(choice)}
            fileName={fileName(facts, `information-plane-epoch-${epoch}`)}
            draw={() => <InformationPlane {...both} {...{ courses, epochs, epoch }} />}
          />
          <RedundancyChart {...parts} />
        </div>
        <div class="information-middle">
          <UnitsPanel {...parts} />
        </div>
        <div class="information-right">
          <Similarity {...parts} />
        </div>
      </div>
      <InformationNote />
    </main>
  );
}

/** A course for every layer that is asked for, in the network's order: those to come have their place from the first. */
function placesOf(courses: readonly Course[], layers: readonly Layer[], failures: AskedCourses['failures']): Course[] {
  return measuredLayers(layers)
    .filter(({ index }) => !failures.has(index))
    .flatMap(
      (layer) =>
        courses.find((one) => one.layer === layer) ?? courses.slice(0, 1).map((one) => awaitedCourse(layer, one)),
    );
}

/** Each failure once, however many layers it has met. */
function failureCards(failures: AskedCourses['failures']): FailureParts[] {
  return [...new Map([...failures.values()].map((one) => [JSON.stringify(one), one])).values()];
}

/** All layers that are known, as one answer. */
function answerOf({ results, progress, failures }: AskedCourses): Loadable<LayerMiResult> {
  const inOrder = [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
  const [first] = inOrder;
  if (first) {
    const value = {
      ...first,
      values: inOrder.flatMap(({ values }) => values),
      converged: inOrder.flatMap(({ converged }) => converged),
    };
    return { state: 'done', value };
  }
  if (progress) return { state: 'loading', progress: { fraction: progress.fraction }, previous: null };
  const [failure] = failures.values();
  return failure ? { state: 'failed', failure } : { state: 'empty' };
}

const CURVE_WORDS = {
  lower: 'KDE lower bound (Kolchinsky and Tracey 2017)',
  upper: 'KDE upper bound (Kolchinsky and Tracey 2017)',
  binned: 'plug-in of joint states in 30 equal bins; for a deterministic network, a measure of clustering',
};

function courseCaption({ provenance }: LayerMiResult, courses: readonly Course[], choice: InformationChoice): string {
  const counts = [...new Set(courses.map(({ n }) => n))].sort((a, b) => a - b);
  const noise =
    choice.curve === 'binned'
      ? ''
      : `, noise ${Number((100 * choice.noiseShare).toPrecision(3))} % of the layer’s total variance`;
  const floor = choice.permutations > 0 ? ` Grey: largest of ${choice.permutations} label permutations.` : ' No null.';
  const rounded = provenance.parameters['maps'] === 'float16' ? ' From maps kept as float16.' : '';
  return `Bits ± 95 % (jackknife), ${CURVE_WORDS[choice.curve]}${noise}; N = ${counts.map(countWords).join(' or ')}.${floor} ○ converged: within 5 % of the last value from this epoch on.${rounded}`;
}

function planeCaption({ curve, noiseShare }: InformationChoice): string {
  const noise = curve === 'binned' ? '' : `, noise ${Number((100 * noiseShare).toPrecision(3))} %`;
  return `${curve === 'binned' ? 'Binned: clustering' : `KDE ${curve} bound${noise}`}; paths up to the chosen epoch. Press play to see them grow.`;
}
