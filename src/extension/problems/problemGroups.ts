/** Problems of one layer together: it is offered each fix once, however much is said against it. */

export type Group<T> = [T, ...T[]];

/** In the order of the first of each range. */
export function byRange<R extends { isEqual(other: R): boolean }, T extends { readonly range: R }>(
  problems: readonly T[],
): Group<T>[] {
  const groups: Group<T>[] = [];
  for (const problem of problems) {
    const group = groups.find(([first]) => first.range.isEqual(problem.range));
    if (group) group.push(problem);
    else groups.push([problem]);
  }
  return groups;
}
