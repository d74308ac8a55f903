/** What of a definition a problem underlines: the argument that sets the channels, else the construction's name. */
import type { LayerArgument, LayerDefinition, TextSpan } from './layerDefinition.js';

/** `filters: 16`, `units: 64`; a count that is set elsewhere (a spread, a constant object) is not underlined. */
export function problemSpan(definition: LayerDefinition): TextSpan {
  const argument = countArgument(definition);
  return argument && isWithin(argument.span, definition.span) ? argument.span : definition.callee;
}

function countArgument({ arguments: given }: LayerDefinition): LayerArgument | undefined {
  return given['filters'] ?? given['units'];
}

export function isWithin(inner: TextSpan, outer: TextSpan): boolean {
  return !isBefore(inner.start, outer.start) && !isBefore(outer.end, inner.end);
}

function isBefore(a: TextSpan['start'], b: TextSpan['start']): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
