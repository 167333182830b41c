import { keptBooks } from "../../src/broker/kept-books.ts";
import type { Ports } from "../../src/broker/ports.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget } from "./specs.ts";

/** A bench whose price books follow what its project states, with one simulated Fargate; nobody answers what prices are now. */
export async function openPricedBench(): Promise<{ readonly bench: Bench; readonly ports: Ports }> {
  const bench = await openBench();
  const { store, now, log } = bench.main.ports;
  const books = keptBooks({ store, now, log, live: async () => ({ ok: false, why: "nobody answers" }) });
  await books.catchUp();
  await bench.connect("one", sandboxTarget("ecs"));
  return { bench, ports: { ...bench.main.ports, books } };
}
