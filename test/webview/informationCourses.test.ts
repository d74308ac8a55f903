/** Courses of layers that are still being measured: which comes first, and what stands in the picture meanwhile. */
import assert from 'node:assert/strict';
import { awaitedCourse, courseFinding, courseOf, type Course } from '../../webview/views/information/courses.js';
import { smallestFirst } from '../../webview/views/information/informationQuestions.js';
import { exampleLayers } from '../gallery/exampleRun.js';

const layers = exampleLayers([
  { name: 'input', className: 'InputLayer', kind: 'input', shape: [16, 16, 1] },
  { name: 'wide', className: 'Conv2D', kind: 'conv', shape: [16, 16, 8] },
  { name: 'narrow', className: 'Conv2D', kind: 'conv', shape: [4, 4, 8] },
  { name: 'twin', className: 'Conv2D', kind: 'conv', shape: [4, 4, 8] },
]);

function known(layer: number, label: number): Course {
  const empty = courseOf({ values: [], converged: [] } as never, layers[layer], 'lower'); // of a result without values
  const nothing = { labelHalfWidth: null, labelNull: null, input: 2, inputHalfWidth: null };
  return { ...empty, labelCeiling: 3, inputCeiling: 9, points: [{ epoch: 0, label, ...nothing }] };
}

describe('courses that are still to come', () => {
  it('are asked for from the smallest layer on, equal ones in the network’s order', () =>
    assert.deepEqual(
      smallestFirst(layers.slice(1)).map(({ name }) => name),
      ['narrow', 'twin', 'wide'],
    ));

  it('have their place under the same ceilings, and no points', () => {
    const { labelCeiling, inputCeiling, points, reason } = awaitedCourse(layers[1], known(2, 1));
    assert.deepEqual([labelCeiling, inputCeiling, points.length], [3, 9, 0]);
    assert.match(reason ?? '', /not measured yet/);
  });

  it('are told of beside what is found so far', () => {
    assert.match(courseFinding([known(2, 1)], 0, true) ?? '', /^so far narrow holds most/);
    assert.match(courseFinding([known(2, 1), known(1, 2)], 0, false) ?? '', /^wide holds most/);
  });
});
