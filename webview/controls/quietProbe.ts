/**
 * What must be otherwise while the toolkit loads; import this first, and call `endProbe` after it.
 *
 * It puts an empty `<style>` into the page to see whether `:focus-visible` is known. Under a strict policy that is a
 * violation, reported on every start. For that one moment a style element is replaced by an inert one that answers the
 * same question: every browser that runs this knows.
 *
 * It takes the theme's colours when the page has loaded. A view is read later than that, so who waits for what has been
 * is called at once.
 */
const create = document.createElement.bind(document);
const listen = window.addEventListener.bind(window);
const missed: (() => void)[] = [];

document.createElement = (name: string, options?: ElementCreationOptions): HTMLElement => {
  if (name !== 'style') return create(name, options);
  return Object.assign(create('template'), { sheet: { insertRule: () => 0, cssRules: [] } });
};

window.addEventListener = (
  type: string,
  listener: EventListenerOrEventListenerObject,
  options?: boolean | AddEventListenerOptions,
): void => {
  const isMissed = type === 'load' && document.readyState === 'complete' && typeof listener === 'function';
  if (isMissed) missed.push(() => listener(new Event(type)));
  else listen(type, listener, options);
};

/** To be called once the toolkit has been loaded, and has named all its colours. */
export function endProbe(): void {
  Reflect.deleteProperty(document, 'createElement');
  Reflect.deleteProperty(window, 'addEventListener');
  for (const listener of missed.splice(0)) listener();
}
