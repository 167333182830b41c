import type { FieldFidelity, Refusal } from "../domain/feature.ts";
import type { Needs } from "../domain/needs.ts";
import type { Region } from "./book.ts";
import {
  CLOUD_RUN_DEFAULT_CONCURRENCY,
  CLOUD_RUN_FIXED_POOL,
  CLOUD_RUN_HTTP1_PROBES,
  CLOUD_RUN_NO_START_FROM_ZERO,
  CLOUD_RUN_ONE_AT_A_TIME,
} from "./features/cloud-run.ts";
import { instanceMonth, requestMonth } from "./cloud-run-month.ts";
import type { QuoteBilling, QuoteRequest } from "./quote-request.ts";
import type { InstanceOptions } from "./shapes/cloud-run-container.ts";
import { snapCloudRun } from "./shapes/cloud-run.ts";
import { withScratch } from "./shapes/cloud-run-scratch.ts";
import type { Snap } from "./shapes/snap.ts";
import { monthOf, type Month, type Variant } from "./variant.ts";

/** Cloud Run in one region: a service by request and by instance, a worker as a worker pool, a job by instance. */
export function cloudRunVariants(region: Region, needs: Needs): readonly Variant[] {
  return BILLINGS[needs.kind].map((billing): Variant => {
    const snap = snapWithScratch(needs, {
      wholeCpu: billing !== "request" || (needs.scale.concurrency ?? 1) > 1,
      generation: 2,
    });
    const single = snap.shape.milliCpu < 1000;
    const { milliCpu, memoryMiB } = snap.shape;
    const one = {
      provider: "cloud-run",
      region: region.id,
      resources: { milliCpu, memoryMiB, sizes: snap.sizes },
      billing,
    } as const;
    const concurrency = single ? 1 : (needs.scale.concurrency ?? CLOUD_RUN_DEFAULT_CONCURRENCY);
    return {
      billing,
      snap,
      refusals: fromZero(needs),
      fidelity: [...(single && needs.route ? [oneAtATime] : []), ...fixedScale(needs), ...unasked(needs)],
      month: billedMonth(one, needs, concurrency),
    };
  });
}

const BILLINGS: Readonly<Record<Needs["kind"], readonly QuoteBilling[]>> = {
  service: ["request", "instance"],
  worker: ["worker-pool"],
  job: ["job"],
};

function snapWithScratch(needs: Needs, options: InstanceOptions): Snap {
  const { scratchGiB = 0, sizes } = needs;
  if (scratchGiB === 0) return snapCloudRun(needs, options);
  const [whole = needs] = withScratch([needs], scratchGiB);
  const snap = snapCloudRun({ ...whole, sizes: sizes && withScratch(sizes, scratchGiB) }, options);
  return { ...snap, refusals: snap.refusals.map(sayScratch) };
}

const sayScratch = (refusal: Refusal): Refusal =>
  refusal.pointer === "/resources/memory"
    ? { ...refusal, message: `${refusal.message}, and count scratch volumes in, which are kept in it` }
    : refusal;

function billedMonth(one: QuoteRequest, needs: Needs, concurrency: number): Month {
  if (one.billing === "request") return requestMonth(one, needs, concurrency);
  if (one.billing === "instance") return instanceMonth(one, needs, concurrency);
  return monthOf(one, needs);
}

const oneAtATime: FieldFidelity = {
  field: "/scale/concurrency",
  level: "emulated",
  message: CLOUD_RUN_ONE_AT_A_TIME,
};

function unasked({ route, demands }: Needs): readonly FieldFidelity[] {
  const path = demands.find(({ feature }) => feature === "http-health");
  if (path === undefined || route?.protocol === "http1") return [];
  return [{ field: path.pointer, level: "emulated", message: CLOUD_RUN_HTTP1_PROBES }];
}

function fixedScale({ kind, scale }: Needs): readonly FieldFidelity[] {
  return kind === "worker" && scale.max > scale.min
    ? [{ field: "/scale", level: "emulated", message: CLOUD_RUN_FIXED_POOL }]
    : [];
}

function fromZero({ kind, scale }: Needs): readonly Refusal[] {
  return kind === "worker" && scale.min === 0 && scale.max > 0
    ? [{ rule: "limit", message: CLOUD_RUN_NO_START_FROM_ZERO, pointer: "/scale/min" }]
    : [];
}
