/**
 * What is counted, as FOCUS 1.2 writes units (attribute Unit Format): plural, with the words of its tables; `vCPU-hour` is `vCPU-Hours`. What
 * has no measure has no unit.
 */
export function focusUnit(measure: string): string {
  if (measure === "") return "";
  const words = measure.split("-");
  return words.map((word, at) => (at === words.length - 1 ? plural(capital(word)) : capital(word))).join("-");
}

/** Abbreviations of data sizes: the same in the plural, and in capitals already. */
const SIZES: ReadonlySet<string> = new Set(["KiB", "MiB", "GiB", "TiB"]);
/** Names that begin with a small letter. */
const KEPT: ReadonlySet<string> = new Set(["vCPU"]);

const plural = (word: string): string => (SIZES.has(word) ? word : `${word}s`);
const capital = (word: string): string =>
  KEPT.has(word) ? word : word.charAt(0).toUpperCase() + word.slice(1);
