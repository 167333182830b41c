interface Moment {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

/**
 * Simulated time: things happen at moments, one after another, and in between everything that was started runs on until it
 * waits. What waits for the same moment goes in the order in which it began to wait.
 */
export class Timeline {
  /** Milliseconds since the simulation began. */
  now = 0;
  #order = 0;
  readonly #heap: Moment[] = [];

  /** Resolves `ms` from now, at the earliest when all that is due before has happened. */
  sleep(ms: number): Promise<void> {
    if (!Number.isFinite(ms)) throw new Error(`nobody sleeps ${ms} ms`);
    return new Promise((resolve) =>
      this.#push({ at: this.now + Math.max(0, ms), order: this.#order++, wake: resolve }),
    );
  }

  /** Lets everything happen until `until`; `after` is called after each moment. */
  async run(until: number, after: () => void): Promise<void> {
    await settled();
    for (let next = this.#heap[0]; next !== undefined && next.at <= until; next = this.#heap[0]) {
      this.#pop();
      this.now = next.at;
      next.wake();
      await settled();
      after();
    }
    this.now = until;
  }

  #push(moment: Moment): void {
    const heap = this.#heap;
    let place = heap.push(moment) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!this.#swapped(above, place)) break;
      place = above;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let place = 0; ;) {
      const left = 2 * place + 1;
      const right = left + 1;
      const first = right < heap.length && before(heap[right], heap[left]) ? right : left;
      if (first >= heap.length || !this.#swapped(place, first)) break;
      place = first;
    }
  }

  /** Puts the earlier of two first; true when they had to change places. */
  #swapped(above: number, below: number): boolean {
    const [upper, lower] = [this.#heap[above], this.#heap[below]];
    if (upper === undefined || lower === undefined || !before(lower, upper)) return false;
    this.#heap[above] = lower;
    this.#heap[below] = upper;
    return true;
  }
}

function before(a: Moment | undefined, b: Moment | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

// Promises run on by themselves before the next turn of the event loop; nothing in a simulation waits for anything else.
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
