/** A component that is drawn again only when one of its props is another: for what stays still while a slider moves. */
import { Component, h, type FunctionComponent, type VNode } from 'preact';

export function memo<P extends object>(drawn: (props: P) => VNode | null): FunctionComponent<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      return !sameProps(this.props, next);
    }
    override render(props: P): VNode {
      return h<object>(drawn as FunctionComponent<object>, props);
    }
    // A class and a function of the same props are used alike.
  } as unknown as FunctionComponent<P>;
}

/** Whether both have the same props, each the same value (Object.is). */
function sameProps(a: object, b: object): boolean {
  const [before, after] = [Object.entries(a), Object.keys(b)];
  return before.length === after.length && before.every(([key, value]) => Object.is(value, b[key as keyof typeof b]));
}
