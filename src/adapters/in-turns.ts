/** So many calls are under way at once. */
const WIDTH = 8;

/** Does one thing for each, a few at a time, and gives the results in order. The first failure ends it; what has begun is waited for. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += WIDTH) {
    const settled = await Promise.allSettled(items.slice(start, start + WIDTH).map(run));
    for (const one of settled) {
      if (one.status === "rejected") throw one.reason;
      results.push(one.value);
    }
  }
  return results;
}
