import type { Ports } from "../../src/broker/ports.ts";
import { makeBook } from "../../src/catalog/book.ts";
import type { Bench } from "./ports.ts";

/** The bench's ports as they were when ECS had one more region: what was deployed then may name it. */
export function withRegion(bench: Bench, id: string): Ports {
  const { books } = bench.main.ports;
  const { collected, cards, regions } = books.current();
  const one = regions.find(({ provider }) => provider === "ecs");
  if (one === undefined) throw new Error("the book has no region of ECS");
  const then = makeBook(collected, cards, [...regions, { ...one, id }]);
  return { ...bench.main.ports, books: { ...books, current: () => then } };
}
