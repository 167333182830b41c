import { authoriseAgent } from "../broker/agents.ts";
import { tellEndingExceptions } from "../broker/exceptions.ts";
import { failBack } from "../broker/fail-back.ts";
import { moveViolators } from "../broker/move-violators.ts";
import { lookAtHeldPlans } from "../broker/holds.ts";
import { endAccountRates } from "../broker/end-account-rates.ts";
import { meterPass } from "../broker/meter.ts";
import { prune } from "../broker/prune.ts";
import { reviewFleets } from "../broker/review-fleets.ts";
import { refreshIfDue } from "../broker/refresh-if-due.ts";
import { watchBudgets } from "../broker/watch-budgets.ts";
import { allEndpoints } from "../routes/all.ts";
import { createApp } from "../routes/app.ts";
import { problemResponse } from "../routes/problem.ts";
import { requestIdOf } from "../routes/request-id.ts";
import { followPrices, pricesIn } from "./workers/book-in-force.ts";
import type { ControlEnv } from "./workers/bindings.ts";
import { controlOf } from "./workers/control-ports.ts";
import { log, randomBytes } from "./workers/isolate.ts";
import { startOnce } from "./workers/start-once.ts";
import { wakeDue } from "./workers/wake-due.ts";

export { Clock } from "./workers/clock.ts";
export { Identity } from "./workers/identity.ts";
export { SandboxAccount } from "./workers/sandbox-account.ts";

/** The cron as it names itself in leases. */
const CRON = "cron";
/** Workloads held against their policies by one run: D1 answers a thousand queries of an invocation, and each takes about twenty. */
const LOOKS_A_MINUTE = 15;
/** Batches of each kind of history that one run removes: a batch takes about ten queries, and there are ten kinds. */
const PRUNE_BATCHES = 3;
const MS_PER_HOUR = 3_600_000;
/** Of prices, in one minute: a Worker on the free plan makes 50 requests an invocation (Cloudflare Workers, Limits), its other work among them. */
const PRICE_REQUESTS = 24;

const app = createApp(allEndpoints, {
  proveAgent: (of, { id, request, path, body }) =>
    authoriseAgent(of, { id, headers: request.headers, method: request.method, path, body }),
});

/** The control Worker: the whole API for the edge, and the clocks of the reconciler. It has no address of its own. */
export default {
  async fetch(request: Request, env: ControlEnv): Promise<Response> {
    try {
      const { ports } = controlOf(env);
      await startOnce(env, ports);
      await followPrices(ports);
      return await app.fetch(request, ports);
    } catch (error) {
      const requestId = requestIdOf(request.headers, randomBytes);
      return problemResponse(error, { requestId, path: new URL(request.url).pathname, log });
    }
  },

  /** Each minute: whatever is due and was forgotten is begun, and once in a while prices are read and what is past its time is removed. */
  async scheduled(_event: unknown, env: ControlEnv): Promise<void> {
    const { ports } = controlOf(env);
    await wakeDue(ports.store, env.CLOCK, ports.now());
    await endAccountRates(ports);
    await meterPass({ ...ports, owner: CRON });
    await watchBudgets(ports, CRON);
    await lookAtHeldPlans(ports, CRON);
    await tellEndingExceptions(ports);
    await reviewFleets(ports, CRON, LOOKS_A_MINUTE);
    await moveViolators(ports, CRON);
    await failBack(ports, CRON);
    const { refreshHours } = pricesIn(env);
    if (refreshHours > 0) await refreshIfDue(ports, refreshHours * MS_PER_HOUR, { portion: PRICE_REQUESTS });
    await prune(ports, PRUNE_BATCHES);
  },
};
