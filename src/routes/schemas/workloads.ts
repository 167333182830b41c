import { z } from "zod";
import { PLAN_STATES } from "../../domain/plan.ts";
import { labels, place, replicas, source, time, usd } from "./parts.ts";
import { plan } from "./plans.ts";

const match = z.strictObject({
  provider: z.string().optional(),
  target: z.string().optional(),
  region: z.string().optional(),
});
const override = z.strictObject({
  pin: match.optional(),
  avoid: match.optional(),
  scale: replicas.optional(),
  reason: z.string(),
  actor: z.string(),
  until: time.optional(),
  createdAt: time,
});

const unit = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    at: z.string(),
    place,
    state: z.enum(["wanted", "doomed", "cleanup-blocked", "gone"]),
    wanted: z.boolean(),
    because: z.string().optional(),
    phase: z.string().optional(),
    ready: z.int(),
    replicas,
    restarts: z.int(),
    reason: z.string().optional(),
    observedAt: time.optional(),
  })
  .meta({ id: "Unit" });

const summaryFields = {
  name: z.string(),
  environment: z.string(),
  state: z.enum(PLAN_STATES),
  generation: z.int(),
  revision: z.string(),
  labels,
  url: z.string().optional(),
  createdAt: time,
  updatedAt: time,
};
const revision = z
  .strictObject({
    revision: z.string(),
    number: z.int(),
    image: z.string(),
    digest: z.string().optional(),
    source: source.optional(),
    createdAt: time,
  })
  .meta({ id: "Revision" });
const event = z
  .strictObject({
    seq: z.int(),
    at: time,
    type: z.string(),
    actor: z.string(),
    message: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "Event" });

export const workloadAnswers = {
  Workload: z.strictObject({
    ...summaryFields,
    spec: z.record(z.string(), z.unknown()),
    overrides: z.array(override),
    plan: plan.optional(),
    units: z.array(unit),
    cleanupBlocked: z
      .array(
        z.strictObject({
          unit: z.string(),
          at: z.string(),
          since: time,
          reason: z.string(),
          nextTryAt: time.optional(),
          usdPerMonth: usd.optional(),
        }),
      )
      .optional()
      .describe("What should be gone and cannot be removed before somebody helps; it goes on costing."),
    source: source.optional(),
    spend: z
      .strictObject({ month: z.string(), usd, estimatedUsd: usd })
      .optional()
      .describe("This month so far (UTC), and how much of it is worked out rather than counted."),
  }),
  WorkloadPage: z.strictObject({
    workloads: z.array(z.strictObject(summaryFields).meta({ id: "WorkloadSummary" })),
    next: z.string().optional(),
  }),
  RevisionList: z.strictObject({ revisions: z.array(revision) }),
  EventList: z.strictObject({ events: z.array(event), next: z.int() }),
  Override: override,
};
