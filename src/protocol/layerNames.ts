/** What a person may call a layer. */

/**
 * The layers of that name; where there is none, the one whose last part it is: `z_mean` is `encoder/z_mean`, unless
 * another model has one, too. Empty where no layer or more than one could be meant.
 */
export function layersCalled<Named extends { readonly name: string }>(layers: readonly Named[], name: string): Named[] {
  const exact = layers.filter((layer) => layer.name === name);
  if (exact.length > 0) return exact;
  const ending = layers.filter((layer) => layer.name.endsWith(`/${name}`));
  return ending.length === 1 ? ending : [];
}
