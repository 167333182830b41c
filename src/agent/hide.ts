/** Shorter values are not looked for: they stand in too many innocent words. */
const MIN_HIDDEN_CHARACTERS = 6;
const HIDDEN = "(secret)";

/** A text without these values, nor any line of one, as they are and as JSON writes them. */
export function hide(text: string, values: readonly string[]): string {
  const parts = values
    .flatMap((value) => [value, ...value.split("\n")])
    .flatMap((part) => [part, JSON.stringify(part).slice(1, -1)])
    .filter((part) => part.trim().length >= MIN_HIDDEN_CHARACTERS)
    // The longest first, or a part of it would be left over.
    .sort((a, b) => b.length - a.length);
  return [...new Set(parts)].reduce((rest, part) => rest.replaceAll(part, HIDDEN), text);
}
