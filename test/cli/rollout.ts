import type { EventView, PlanView, WorkloadView } from "../../src/cli/api.ts";
import { ok, type Reply, type Script } from "./scripted-broker.ts";
import { START } from "./desk.ts";

/** One moment of a plan under way, as it can be read. */
interface Moment {
  readonly workload: WorkloadView | undefined;
  /** Every event up to this moment. */
  readonly events: readonly EventView[];
  /** Seconds since the start. */
  readonly seconds: number;
}

export interface Rollout {
  readonly before: WorkloadView | undefined;
  readonly accepted: { readonly status: 200 | 202; readonly plan: PlanView };
  readonly moments: readonly Moment[];
  /** What the wait answers once the last moment has been looked at. */
  readonly verdict: Reply;
  readonly clock: { now: number };
  /** The call that makes the plan. */
  readonly change?: string;
}

const GONE: Reply = { status: 404, body: { code: "not-found", detail: "There is no workload web." } };

/** A broker that carries out one rollout, one moment a look. */
export function rolloutScript(rollout: Rollout): Script {
  const { before, accepted, moments, clock, change = "PUT /v1/workloads/web" } = rollout;
  let changed = false;
  let looks = 0;
  const seen = Promise.withResolvers<void>();
  const moment = () => moments[Math.min(Math.max(looks, 1), moments.length) - 1];
  const workload = (): Reply => {
    if (!changed) return before === undefined ? GONE : ok(before);
    looks += 1;
    clock.now = START + (moment()?.seconds ?? 0) * 1_000;
    if (looks >= moments.length) seen.resolve();
    const now = moment()?.workload;
    return now === undefined ? GONE : ok(now);
  };
  return {
    "GET /v1/workloads/web": workload,
    "GET /v1/workloads/web/events": ({ query }) =>
      ok({ events: (moment()?.events ?? []).filter(({ seq }) => seq > Number(query["after"])) }),
    "GET /v1/workloads/web/revisions": () =>
      ok({
        revisions: [accepted.plan, before?.plan].flatMap((plan) =>
          plan === undefined
            ? []
            : [
                {
                  revision: plan.revision,
                  number: plan.generation,
                  image: "ghcr.io/acme/web:1.5",
                  digest: DIGEST,
                  createdAt: plan.createdAt,
                },
              ],
        ),
      }),
    [change]: () => {
      changed = true;
      return { status: accepted.status, body: { plan: accepted.plan } };
    },
    [`GET /v1/plans/${accepted.plan.id}`]: async () => {
      await seen.promise;
      return rollout.verdict;
    },
  };
}

const DIGEST = "sha256:9f2c51aa00000000000000000000000000000000000000000000000000000de1";
