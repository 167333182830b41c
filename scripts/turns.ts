/** One of several that print at the same time. */
export interface Turn {
  /** Printed at once while it is this one's turn, else when the ones before have ended. */
  print(chunk: Uint8Array): void;
  end(): void;
}

/** Lets several print to one place as if they ran one after another. */
export function createTurns(to: { write(chunk: Uint8Array): unknown }): { next(): Turn } {
  const turns: { readonly kept: Uint8Array[]; ended: boolean }[] = [];
  const flush = () => {
    for (const { kept, ended } of turns) {
      for (const chunk of kept.splice(0)) to.write(chunk);
      if (!ended) return;
    }
  };
  return {
    next() {
      const turn = { kept: [] as Uint8Array[], ended: false };
      turns.push(turn);
      return {
        print(chunk) {
          turn.kept.push(chunk);
          flush();
        },
        end() {
          turn.ended = true;
          flush();
        },
      };
    },
  };
}
