/** What this test file has seen of broken contracts and nobody has looked at yet. */
const found: string[] = [];
/** More than these say nothing new: a property that fails is tried again and again. */
const MOST_KEPT = 20;

/**
 * Remembers each violation and throws when there is one. Whoever sent the request may catch the error and go on: the test fails all the
 * same, because `no-violations.ts` looks here after every test.
 */
export function demandNone(violations: readonly string[], contract: string): void {
  if (violations.length === 0) return;
  const said = violations.map((violation) => `The contract of ${contract} is broken: ${violation}`);
  found.push(...said.slice(0, MOST_KEPT - found.length));
  throw new Error(said.join("\n"));
}

/** Everything that was found since somebody asked last; it is forgotten with that. */
export function takeViolations(): readonly string[] {
  return found.splice(0);
}
