/** Runs `onSilence` once, when `touch` was not called for `ms`. */
export interface Watchdog {
  touch(): void;
  /** From now on another time holds. */
  expectWithin(ms: number): void;
  stop(): void;
}

/** Starts a watchdog. */
export function startWatchdog(ms: number, onSilence: () => void): Watchdog {
  let timer = setTimeout(onSilence, ms);
  let stopped = false;
  return {
    touch: () => {
      if (!stopped) timer.refresh();
    },
    expectWithin: (next) => {
      clearTimeout(timer);
      if (!stopped) timer = setTimeout(onSilence, next);
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
