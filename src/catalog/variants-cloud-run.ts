import type { FieldFidelity, Refusal } from "../domain/feature.ts";
import type { Needs } from "../domain/needs.ts";
import type { Region } from "./book.ts";
import {
  CLOUD_RUN_DEFAULT_CONCURRENCY,
  CLOUD_RUN_MAX_CONCURRENCY,
  CLOUD_RUN_MAX_CONTAINERS,
  CLOUD_RUN_MAX_HTTP1_BODY_MIB,
  CLOUD_RUN_MAX_REQUEST_SECONDS,
} from "./features/cloud-run.ts";
import { instanceMonth, requestMonth } from "./cloud-run-month.ts";
import { tooManyContainers } from "./limits.ts";
import type { QuoteBilling, QuoteRequest } from "./quote-request.ts";
import { snapCloudRun } from "./shapes/cloud-run.ts";
import { fixedMonth, type Month, type Variant } from "./variant.ts";

/** Cloud Run in one region: a service by request and by instance, a worker as a worker pool, a job by instance. */
export function cloudRunVariants(region: Region, needs: Needs): readonly Variant[] {
  return BILLINGS[needs.kind].map((billing): Variant => {
    const snap = snapCloudRun(needs, {
      wholeCpu: billing !== "request" || (needs.scale.concurrency ?? 1) > 1,
      generation: 2,
    });
    const single = snap.shape.milliCpu < 1000;
    const { milliCpu, memoryMiB } = snap.shape;
    const one = {
      provider: "cloud-run",
      region: region.id,
      resources: { milliCpu, memoryMiB },
      billing,
    } as const;
    const concurrency = single ? 1 : (needs.scale.concurrency ?? CLOUD_RUN_DEFAULT_CONCURRENCY);
    return {
      billing,
      snap,
      refusals: limits(needs),
      fidelity: [...(single && needs.route ? [oneAtATime] : []), ...fixedScale(needs)],
      month: monthOf(one, needs, concurrency),
    };
  });
}

const BILLINGS: Readonly<Record<Needs["kind"], readonly QuoteBilling[]>> = {
  service: ["request", "instance"],
  worker: ["worker-pool"],
  job: ["job"],
};

function monthOf(one: QuoteRequest, needs: Needs, concurrency: number): Month {
  if (one.billing === "request") return requestMonth(one, needs, concurrency);
  if (one.billing === "instance") return instanceMonth(one, needs, concurrency);
  return fixedMonth(one, needs.scale);
}

const oneAtATime: FieldFidelity = {
  field: "/scale/concurrency",
  level: "emulated",
  message: "below 1 vCPU an instance serves one request at a time",
};

// A worker pool has as many instances as it is told; only services scale by load.
function fixedScale({ kind, scale }: Needs): readonly FieldFidelity[] {
  return kind === "worker" && scale.max > scale.min
    ? [
        {
          field: "/scale",
          level: "emulated",
          message: "runs scale.min instances, which Berth does not scale by load yet",
        },
      ]
    : [];
}

function limits(needs: Needs): readonly Refusal[] {
  const refusals = [...tooManyContainers(needs, CLOUD_RUN_MAX_CONTAINERS, "A Cloud Run instance")];
  const limit = (pointer: string, message: string): number =>
    refusals.push({ rule: "limit", message, pointer });
  const { route, scale } = needs;
  if (needs.kind === "worker" && scale.min === 0)
    limit(
      "/scale/min",
      "A Cloud Run worker pool does not start by itself from zero: set scale.min to 1 or more",
    );
  if ((scale.concurrency ?? 1) > CLOUD_RUN_MAX_CONCURRENCY)
    limit(
      "/scale/concurrency",
      `Cloud Run gives an instance at most ${CLOUD_RUN_MAX_CONCURRENCY} requests at once: set scale.concurrency to that or less`,
    );
  if (route === undefined) return refusals;
  if (route.timeoutSeconds > CLOUD_RUN_MAX_REQUEST_SECONDS)
    limit(
      "/route/timeoutSeconds",
      `Cloud Run ends a request after ${CLOUD_RUN_MAX_REQUEST_SECONDS} s: set route.timeoutSeconds to that or less`,
    );
  if (route.protocol === "http1" && route.maxBodyMiB > CLOUD_RUN_MAX_HTTP1_BODY_MIB)
    limit(
      "/route/maxBodyMiB",
      `Cloud Run takes HTTP/1 bodies of ${CLOUD_RUN_MAX_HTTP1_BODY_MIB} MiB at most: set route.maxBodyMiB to that or less, or protocol to h2c`,
    );
  return refusals;
}
