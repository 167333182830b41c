import { AdapterError } from "../../domain/fault.ts";
import type { Call } from "../adapter.ts";
import {
  type CloudAnswer,
  type CloudEvent,
  type CloudRules,
  type CloudState,
  emptyCloud,
  step,
} from "./cloud.ts";
import type { SandboxState } from "./state.ts";

/** How often one call tries again when another process changed the account at the same moment. */
const MAX_TRIES = 50;

/** One simulated account behind calls that can fail, as a vendor's API is. */
export interface CloudClient {
  /** Sends one event. Throws `AdapterError` when the cloud refuses, or when its answer is lost. */
  send(
    event: CloudEvent,
    call: Call,
  ): Promise<{ readonly state: CloudState; readonly answer: CloudAnswer & { ok: true } }>;
}

/** The account of one target. Writes only when an event changed something. */
export function cloudClient(account: {
  readonly target: string;
  readonly rules: CloudRules;
  readonly kept: SandboxState;
  readonly now: () => number;
}): CloudClient {
  return {
    async send(event, call) {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        refuseWhenAborted(call);
        const done = await tryOnce(account, event);
        if (done === undefined) continue;
        const { answer, state } = done;
        if (answer.ok) return { state, answer };
        const { kind, message, retryAfterMs } = answer;
        throw new AdapterError(kind, message, retryAfterMs === undefined ? {} : { retryAfterMs });
      }
      throw new AdapterError(
        "conflict",
        `The sandbox account changed ${MAX_TRIES} times while one call was made; try again.`,
      );
    },
  };
}

async function tryOnce(account: Parameters<typeof cloudClient>[0], event: CloudEvent) {
  const now = account.now();
  const { version, cloud } = await account.kept.load(account.target);
  const before = cloud ?? emptyCloud(account.rules, now);
  const done = step(before, event, now, account.rules);
  if (done.state === before) return done;
  return (await account.kept.save(account.target, done.state, version)) ? done : undefined;
}

function refuseWhenAborted(call: Call): void {
  if (call.signal.aborted)
    throw new AdapterError("unavailable", "The call was ended before the sandbox answered.", {
      cause: call.signal.reason,
    });
}
