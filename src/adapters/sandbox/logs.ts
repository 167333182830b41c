import type { Adapter, Call, LogQuery, UnitRef } from "../adapter.ts";
import { innerPorts } from "./inner-ports.ts";
import { judged, loaded, type Sandbox } from "./session.ts";

/** How often a followed log looks for more, ms: sooner than at the real cloud, whose limits of reads nobody meets here. */
const FOLLOW_EVERY_MS = 250;

/**
 * What the cloud's own adapter reads of the logs of a unit, or of a try by its name; followed, until the signal ends it or what it
 * followed is gone. The account is looked at anew for every request, and never changed.
 */
export async function liveLogs(
  sandbox: Sandbox,
  ref: UnitRef,
  query: LogQuery,
  call: Call,
): Promise<ReadableStream<Uint8Array> | undefined> {
  const over = new AbortController();
  const signal = AbortSignal.any([call.signal, over.signal]);
  const sleep = async () => {
    await pause(FOLLOW_EVERY_MS, signal);
    if (!(await isThere(sandbox, ref))) over.abort();
  };
  return await live(sandbox, sleep).logs?.(ref, query, { signal });
}

function live(sandbox: Sandbox, sleep: () => Promise<void>): Adapter {
  const { target, cloud, rules, ports } = sandbox;
  const inner = innerPorts({ book: ports.book, now: ports.now, sleep });
  return cloud.open(target, rules, inner, {
    async ask(request, step) {
      const now = ports.now();
      const { cloud: state } = await accountNow(sandbox, now);
      return judged(sandbox, request, () => step(state, now).reply);
    },
  });
}

async function accountNow(sandbox: Sandbox, now: number) {
  const { account: kept } = await sandbox.ports.sandboxState.load(sandbox.target.id);
  return loaded(sandbox, kept, now);
}

async function isThere(sandbox: Sandbox, { id, name }: UnitRef): Promise<boolean> {
  const now = sandbox.ports.now();
  const { cloud: state } = await accountNow(sandbox, now);
  const { cloud, rules } = sandbox;
  return (
    cloud.units(state, rules, now).some((unit) => unit.id === id) ||
    cloud.tries(state, rules, now).some((one) => one.name === name)
  );
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
