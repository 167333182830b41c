import { dollars } from "./figures.ts";

/** What is expected a month, and what it was before where that is another amount: `$8.41 a month expected ($8.29 before)`. */
export function expectedWords(nowUsd: string, beforeUsd?: string): string {
  const [now, before] = [dollars(nowUsd), beforeUsd === undefined ? undefined : dollars(beforeUsd)];
  return `${now} a month expected${before === undefined || before === now ? "" : ` (${before} before)`}`;
}
