import { z } from "zod";
import { PLAN_STATES } from "../../domain/plan.ts";
import { LAYERS } from "../../domain/layer.ts";
import { billing, labels, place, price, refusal, replicas, shape, source, time, usd } from "./parts.ts";

const offer = z
  .strictObject({
    id: z.string(),
    place,
    shape,
    billing,
    price: price.optional(),
    unknownMeters: z.array(z.string()).optional(),
    stateWith: z.array(z.string()).optional().describe("The commands that state those rates, one for each."),
    fidelity: z.array(
      z.strictObject({
        field: z.string(),
        level: z.enum(["exact", "emulated", "snapped", "dropped"]),
        message: z.string(),
      }),
    ),
    path: z.strictObject({
      transport: z.enum(["tls", "plain", "line"]),
      reach: z.enum(["name", "ip", "network", "line", "loopback"]),
      bypassable: z.boolean(),
    }),
    capacityReplicas: z.number().optional(),
    jurisdictions: z.array(z.string()),
    location: z.strictObject({ latitude: z.number(), longitude: z.number() }).optional(),
    gridGramsPerKwh: z.number().optional(),
    labels,
    impossible: z.array(refusal),
    simulated: z.boolean(),
  })
  .meta({ id: "Offer" });

const ranked = z
  .strictObject({
    offer,
    total: z.number(),
    scores: z.record(z.string(), z.number()),
    tier: z.string().optional(),
    notes: z.array(z.string()).optional(),
  })
  .meta({ id: "RankedOffer" });
const rejected = z
  .strictObject({
    offer: z.union([offer, z.strictObject({ id: z.string(), place })]),
    reasons: z.array(refusal),
  })
  .meta({ id: "RejectedOffer" });
const omitted = z
  .strictObject({
    ranked: z.int(),
    rejected: z.int(),
    groups: z.array(z.strictObject({ offers: z.int(), reasons: z.array(refusal) })),
  })
  .meta({ id: "Omitted" });

/** One layer of a policy: which document, in which version. */
export const layer = z
  .strictObject({ layer: z.enum(LAYERS), name: z.string(), version: z.int(), hash: z.string() })
  .meta({ id: "Layer" });
const hold = z
  .strictObject({
    kind: z.enum(["approval", "freeze", "budget"]),
    rule: z.string(),
    message: z.string(),
    layer: layer.optional(),
    until: time.optional(),
    approvals: z.int().optional(),
  })
  .meta({ id: "Hold", description: "What a plan waits for." });
const passed = z
  .strictObject({
    rule: z.string(),
    layer: layer.optional(),
    by: z.union([
      z.strictObject({
        exception: z.string(),
        until: time,
        requester: z.string().optional(),
        approvers: z.array(z.string()).optional().describe("Everybody else who agreed to it."),
        approver: z.string().optional().describe("In older plans: who agreed first."),
      }),
      z.strictObject({ emergency: z.string() }),
    ]),
  })
  .meta({ id: "Passed", description: "A rule that an exception or an emergency passed." });

const plannedUnit = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    place,
    at: z.string(),
    offer: z.string().describe("Id of the offer it was placed on."),
    shape,
    billing,
    replicas,
    birth: z.int(),
  })
  .meta({ id: "PlannedUnit" });

const planFields = {
  id: z.string(),
  state: z.enum(PLAN_STATES),
  stateReason: z.string().optional(),
  workload: z.string(),
  environment: z.string(),
  generation: z.int(),
  parent: z.string().optional(),
  trigger: z.enum([
    "deploy",
    "rollback",
    "migrate",
    "failover",
    "rebalance",
    "drain",
    "policy",
    "secret",
    "destroy",
  ]),
  actor: z.string(),
  reason: z.string(),
  changeId: z.string(),
  source: source.optional(),
  revision: z.string(),
  images: z
    .array(
      z
        .strictObject({
          reference: z.string(),
          digest: z.string(),
          platforms: z.array(
            z.strictObject({
              platform: z.string().describe("As in linux/arm64."),
              sizeBytes: z.int().optional().describe("What a pull transfers, compressed."),
            }),
          ),
        })
        .meta({ id: "PlanImage" }),
    )
    .optional()
    .describe("The digests that its images are pinned to. One that keeps its tag has a warning instead."),
  units: z.array(plannedUnit),
  stops: z.record(z.string(), z.enum(["removed", "scaled-in", "stopped", "stop-first", "purged"])),
  price: price.optional(),
  incumbent: z.strictObject({ place, stays: z.boolean(), because: z.string() }).optional(),
  overrides: z.array(z.string()),
  layers: z.array(layer).optional(),
  holds: z.array(hold).optional(),
  passed: z.array(passed).optional(),
  emergency: z.strictObject({ reason: z.string() }).optional(),
  abort: z
    .strictObject({ actor: z.string(), reason: z.string() })
    .optional()
    .describe("Who asked that it be given up while it was under way."),
  hash: z.string().optional().describe("Content hash of everything an approver agrees to."),
  receipt: z.string().optional().describe("Content hash of the receipt it can be replayed from."),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
  logTail: z.array(z.string()),
  createdAt: time,
  deadlineAt: time,
  endedAt: time.optional(),
};
const placementFields = {
  policy: z.string(),
  ranked: z.array(ranked),
  rejected: z.array(rejected),
  omitted: omitted.optional(),
};

/** A plan as every answer shows it. */
export const plan = z.strictObject(planFields).meta({ id: "Plan" });

const change = z
  .strictObject({
    id: z.string(),
    state: z.enum(PLAN_STATES).describe("The worst of its plans' states; proposed while it was only shown."),
    actor: z.string(),
    environment: z.string(),
    source: source.optional(),
    createdAt: time,
    price: z
      .strictObject({ beforeUsd: usd, expectedUsd: usd, ceilingUsd: usd })
      .describe(
        "USD a month of all its workloads together: what they were expected to cost, are, and may at most.",
      ),
    packing: z
      .strictObject({ proven: z.boolean(), withinPercent: z.string() })
      .describe(
        "Whether no better choice of places is possible together, or how far from the best possible this one is at most.",
      ),
    plans: z.array(z.strictObject({ ...planFields, because: z.string().optional() })),
  })
  .meta({ id: "Change", description: "Plans that were decided together." });

export const planAnswers = {
  Change: z.strictObject({ change }),
  Placement: z.strictObject({ plan, ...placementFields }),
  PlanDecided: z.strictObject({ plan }),
  PlanAccepted: z.strictObject({ plan, outcome: z.enum(["created", "changed", "unchanged", "held"]) }),
  PlanWithState: z.strictObject({ ...planFields, ...placementFields }),
};
