import { demandNone } from "./ledger.ts";

/** How a broker in a process of its own begins the line that tells of a broken contract. */
export const BROKEN = "contract broken: ";

/** What it says when it has begun to judge. */
export const JUDGED = "every simulated cloud is judged by its contract";

/** Fails the test when a broker has told of a broken contract, and when it did not look for any. */
export function demandUnbroken(said: string): void {
  const lines = said.split("\n");
  const broken = lines.filter((line) => line.startsWith(BROKEN));
  demandNone(lines.includes(JUDGED) ? broken : ["the broker judges nothing"], "a simulated cloud");
}
