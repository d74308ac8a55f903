/** Courses of layers that are still being measured: which comes first, and what stands in the picture meanwhile. */
import assert from 'node:assert/strict';
import { awaitedCourse, courseFinding, courseOf, type Course } from '../../webview/views/information/courses.js';
import { courseMarks } from '../../webview/marks/informationCourses.js';
import { changeWords } from '../../webview/views/information/accuracyChange.js';
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
    assert.match(courseFinding([known(2, 1)], 0, true, 'lower') ?? '', /^so far narrow has the most/);
    assert.match(courseFinding([known(2, 1), known(1, 2)], 0, false, 'lower') ?? '', /^wide has the most/);
  });

  it('hold nothing where they are upper bounds, which are said with their null', () => {
    const course = known(1, 2.5);
    const points = course.points.map((point) => ({ ...point, labelNull: 2.25 }));
    const words = courseFinding([{ ...course, points }], 0, false, 'upper') ?? '';
    assert.equal(words, 'wide has the highest upper bound at epoch 0: 2.50 of 3.00 bits, its null up to 2.25');
  });
});

describe('numbers beside a course', () => {
  const panelOf = (values: readonly number[], converged: number) => {
    const points = values.map((value, epoch) => ({ epoch, value, halfWidth: null, floor: null }));
    const line = { points, ceiling: 10, converged };
    const spec = { courses: [{ label: line, input: line }], width: 300, epochs: [0, 6] as const, cursorEpoch: 6 };
    return courseMarks(spec).panels[0].label;
  };

  it('keep clear of the ring where the course has converged', () => {
    const { ring, at } = panelOf([1, 2, 3, 4, 4.6, 4.9, 5], 5);
    assert.ok(at!.textY <= ring!.y - 7, `${at!.textY} over ${ring!.y}`);
    const far = panelOf([1, 5, 5, 5, 5, 5, 5], 1);
    assert.equal(far.at!.y - far.at!.textY, 6);
  });
});

describe('the change of accuracy', () => {
  it('is in points, and nothing has no sign', () => {
    assert.equal(changeWords({ change: -0.875, halfWidth: 0.02 }), '−87.5 ± 2.0');
    assert.equal(changeWords({ change: 0, halfWidth: 0.005 }), '0.0 ± 0.5');
    assert.equal(changeWords({ change: -0.0004, halfWidth: null }), '0.0');
    assert.equal(changeWords({ change: 0.012, halfWidth: null }), '+1.2');
  });
});
