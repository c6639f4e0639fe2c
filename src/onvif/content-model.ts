/**
 * Whether a content model is deterministic, as XML Schema 1.0 demands ("unique particle attribution", part 1
 * §3.8.6): each element of a document must match one particle only, without looking ahead.
 */

/** What a wildcard admits: any namespace, or any but its own. */
export type Admitted = "##any" | "##other";

export type Term =
  | { readonly kind: "element"; readonly namespace: string; readonly name: string }
  | { readonly kind: "wildcard"; readonly admits: Admitted; readonly namespace: string };

/** One step of a sequence: one of the terms, perhaps none, perhaps several times. */
export interface Particle {
  readonly terms: readonly Term[];
  readonly mayBeAbsent: boolean;
  readonly mayRepeat: boolean;
}

export function isDeterministic(sequence: readonly Particle[]): boolean {
  if (sequence.some(({ terms }) => !areDistinct(terms))) return false;
  return sequence.every((_, at) => areDistinct(followers(sequence, at))) && areDistinct(followers(sequence, -1));
}

/** All terms that can come after the particle at `at`; after -1, those that can come first. */
function followers(sequence: readonly Particle[], at: number): Term[] {
  const self = sequence[at];
  const found: Term[] = self?.mayRepeat === true ? [...self.terms] : [];
  for (const { terms, mayBeAbsent } of sequence.slice(at + 1)) {
    found.push(...terms);
    if (!mayBeAbsent) break;
  }
  return found;
}

const areDistinct = (terms: readonly Term[]): boolean =>
  terms.every((term, at) => terms.slice(at + 1).every((other) => !overlap(term, other)));

function overlap(a: Term, b: Term): boolean {
  if (a.kind === "element" && b.kind === "element") return a.name === b.name && a.namespace === b.namespace;
  if (a.kind === "wildcard" && b.kind === "wildcard") return true;
  const [wildcard, element] = a.kind === "wildcard" ? [a, b] : [b, a];
  return wildcard.kind === "wildcard" && (wildcard.admits === "##any" || wildcard.namespace !== element.namespace);
}
