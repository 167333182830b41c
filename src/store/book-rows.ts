import type { StoredBook } from "./prices.ts";
import { jsonLists } from "./row-size.ts";

/** A book as rows of its table. */
export function bookRows({ hash, collected, items }: StoredBook, now: number) {
  const lists = jsonLists(items);
  return lists.map((list, part) => ({
    hash,
    part,
    parts: lists.length,
    collected,
    items: list,
    createdAt: now,
  }));
}
