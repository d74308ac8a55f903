/** The measures that the query view draws; the others have views of their own. */
import type { MeasureName } from '../../../../src/protocol/measure.js';

export const ASKED_HERE: readonly MeasureName[] = ['inter', 'intra', 'label', 'metrics'];
