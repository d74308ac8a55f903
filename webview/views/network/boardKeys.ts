/** Arrow keys on the board: up and down in a column, left and right to the nearest card of the next column. */
import { endKey } from '../../marks/networkEdges.js';
import type { NetworkPlaces, PlacedBox } from '../../marks/networkLayout.js';

interface Stop {
  readonly key: string;
  readonly x: number;
  readonly y: number;
}

/** Null where the key leads nowhere. */
export function nextCard(key: string, arrow: string, places: NetworkPlaces): string | null {
  const stops = [...places.boxes.values()].flatMap(stopsOf);
  const from = stops.find((stop) => stop.key === key);
  if (!from) return null;
  const nearest = (others: Stop[], distance: (stop: Stop) => number): string | null =>
    others.length === 0 ? null : others.reduce((a, b) => (distance(b) < distance(a) ? b : a)).key;
  const across = (stop: Stop): number => Math.abs(stop.x - from.x) * 1000 + Math.abs(stop.y - from.y);
  const down = (stop: Stop): number => Math.abs(stop.y - from.y);
  const sameColumn = stops.filter((stop) => Math.abs(stop.x - from.x) < 40);
  switch (arrow) {
    case 'ArrowRight':
      return nearest(
        stops.filter((stop) => stop.x > from.x + 40),
        across,
      );
    case 'ArrowLeft':
      return nearest(
        stops.filter((stop) => stop.x < from.x - 40),
        across,
      );
    case 'ArrowDown':
      return nearest(
        sameColumn.filter((stop) => stop.y > from.y),
        down,
      );
    case 'ArrowUp':
      return nearest(
        sameColumn.filter((stop) => stop.y < from.y),
        down,
      );
    default:
      return null;
  }
}

function stopsOf({ id, x, width, cards }: PlacedBox): Stop[] {
  return cards.map(({ y, height }, i) => ({ key: endKey(id, i), x: x + width / 2, y: y + height / 2 }));
}
