import type { Log } from "../../broker/ports.ts";
import { logTo } from "../log.ts";

const RANDOM_RANGE = 2 ** 32;

/** Cryptographic random bytes. */
export const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count));

/** A number in [0, 1). */
export const draw = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / RANDOM_RANGE;

/** Lines on the Worker's own log. */
export const log: Log = logTo((line) => console.log(line.trimEnd()), Date.now);

/** Resolves after `ms`, or at once when the signal aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) done();
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}

/** Makes a thing from an isolate's bindings once, for they stay the same as long as it lives. */
export function oncePerEnv<Env extends object, T>(make: (env: Env) => T): (env: Env) => T {
  const made = new WeakMap<Env, T>();
  return (env) => {
    const there = made.get(env);
    if (there !== undefined) return there;
    const fresh = make(env);
    made.set(env, fresh);
    return fresh;
  };
}
