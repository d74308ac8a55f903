/** A measure over epochs, one line a layer, as its descriptor says. */
import type { VNode } from 'preact';
import type { MeasureName, MeasureResult } from '../../../../src/protocol/measure.js';
import type { Course, CoursePoint } from '../../../../src/protocol/measures/descriptor.js';
import { ChartFrame } from '../../../chart/ChartFrame.js';
import { fileName, mainOf, SourceLinks, type ChartProps } from './chartParts.js';
import { courseSeries, layersOf } from './courseSeries.js';
import { csvOf, provenanceWords } from './csv.js';
import { SeriesChart } from './SeriesChart.js';

interface CourseProps extends ChartProps {
  readonly measure: MeasureName;
  readonly course: Course<never>;
}

export function CourseChart({ viewer, facts, answer, measure, course }: CourseProps): VNode {
  const points = (result: MeasureResult): readonly CoursePoint[] => course.points(result as never); // of this measure
  return (
    <ChartFrame<MeasureResult>
      title={course.title}
      answer={mainOf<MeasureResult>(answer, measure)}
      invitation="Press Query to compute."
      finding={() => course.unit}
      caption={(result) => (
        <>
          {`${course.caption}; ${provenanceWords(result.provenance)}`}
          {points(result).some(({ halfWidth }) => halfWidth !== null) && '; ± 95 %, jackknife'}
          <SourceLinks layers={layersOf(points(result), facts.layers)} viewer={viewer} />
        </>
      )}
      csv={(result) => csvOf(result, facts.layers)}
      fileName={fileName(facts, course.title.toLowerCase().replaceAll(' ', '-'))}
      onSave={(file) => void viewer.save(file)}
      onRetry={viewer.ask}
      draw={(result) => (
        <SeriesChart
          viewer={viewer}
          facts={facts}
          series={courseSeries(points(result), facts.layers)}
          yTitle={course.unit}
          format="plain"
          labelWidth={180}
          zeroBased
          description={`${course.title} over epochs, one line per layer`}
        />
      )}
    />
  );
}
