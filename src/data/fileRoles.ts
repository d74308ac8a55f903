/**
 * What the files of a data set are by their names: images or labels, of the training or the held-out part.
 * Names alone, no disk.
 */

export type Part = 'training' | 'validation';
export type Role = 'samples' | 'targets';

export interface FileRole {
  readonly part: Part;
  readonly role: Role;
}

const VALIDATION = /(^|[^a-z])(t10k|test|testing|val|valid|validation|heldout|held[-_]out|eval)([^a-z]|$)/;
const TRAINING = /(^|[^a-z])(train|training)([^a-z]|$)/;
const TARGETS = /(^|[^a-z])(y|labels?|targets?|classes|class)([^a-z]|$)/;
const SAMPLES = /(^|[^a-z])(x|images?|samples?|inputs?|data|features)([^a-z]|$)/;

/** "x_train", "t10k-labels-idx1-ubyte", "test_y"; null for a name that says neither samples nor targets. */
export function roleOf(name: string): FileRole | null {
  const text = spaced(name);
  const part = VALIDATION.test(text) && !TRAINING.test(text) ? 'validation' : 'training';
  if (TARGETS.test(text)) return { part, role: 'targets' };
  return SAMPLES.test(text) ? { part, role: 'samples' } : null;
}

/** Which part a name speaks of; null when none. */
export function partOf(name: string): Part | null {
  const text = spaced(name);
  if (TRAINING.test(text)) return 'training';
  return VALIDATION.test(text) ? 'validation' : null;
}

/** "xTrain" and "X_train" read alike. */
function spaced(name: string): string {
  return name.replace(/([a-z])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3_$2').toLowerCase();
}

export interface Pair {
  readonly samples: string;
  readonly targets: string | null;
}

export interface Parts {
  readonly training: Pair | null;
  readonly validation: Pair | null;
}

/** Puts names together, in alphabetical order the first of each role; a part that stands alone trains. */
export function pairNames(names: readonly string[]): Parts {
  const found = new Map<string, string>();
  for (const name of [...names].sort()) {
    const role = roleOf(name);
    const key = role && `${role.part} ${role.role}`;
    if (key && !found.has(key)) found.set(key, name);
  }
  const pairOf = (part: Part): Pair | null => {
    const samples = found.get(`${part} samples`);
    return samples === undefined ? null : { samples, targets: found.get(`${part} targets`) ?? null };
  };
  const [training, validation] = [pairOf('training'), pairOf('validation')];
  return training ? { training, validation } : { training: validation, validation: null };
}
