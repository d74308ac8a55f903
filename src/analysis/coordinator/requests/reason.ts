/** Why one value of a table is missing, while the others are answered. */
import { Failure } from '../../../protocol/failure.js';

/** Words for a person where recorded data is damaged or absent; anything else is thrown on. */
export function reasonOf(error: unknown): string {
  const isAboutData = error instanceof Failure && (error.kind === 'damaged' || error.kind === 'not-found');
  if (!isAboutData) throw error;
  return `${error.doing}: ${error.wrong}`;
}
