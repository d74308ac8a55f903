/**
 * The toolkit, while it loads, puts an empty `<style>` into the page to see whether `:focus-visible` is
 * known. Under a strict policy that is a violation, reported on every start. For that one moment a style
 * element is replaced by an inert one that answers the same question: every browser that runs this knows.
 */
const create = document.createElement.bind(document);

document.createElement = (name: string, options?: ElementCreationOptions): HTMLElement => {
  if (name !== 'style') return create(name, options);
  return Object.assign(create('template'), { sheet: { insertRule: () => 0, cssRules: [] } });
};

/** To be called once the toolkit has been loaded. */
export function endProbe(): void {
  Reflect.deleteProperty(document, 'createElement');
}
