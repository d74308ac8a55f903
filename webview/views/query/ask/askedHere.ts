/** The measures that the query view draws; the others have views of their own. */
import { MEASURE_DESCRIPTORS, MEASURES, type MeasureName } from '../../../../src/protocol/measure.js';
import type { Course } from '../../../../src/protocol/measures/descriptor.js';

/** Drawn in a way of their own. */
const OWN_CHARTS: readonly MeasureName[] = ['inter', 'intra', 'label', 'metrics'];

export const ASKED_HERE = MEASURES.filter((name) => OWN_CHARTS.includes(name) || coursesOf(name).length > 0);

/** Charts of lines over epochs, as the measure describes them. */
export function coursesOf(measure: MeasureName): readonly Course<never>[] {
  const { courses = [] }: { courses?: readonly Course<never>[] } = MEASURE_DESCRIPTORS[measure];
  return courses;
}
