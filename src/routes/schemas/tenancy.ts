import { z } from "zod";
import { labels, time } from "./parts.ts";

const project = z.strictObject({ id: z.string(), name: z.string(), labels, createdAt: time });
const environment = z.strictObject({
  name: z.string(),
  class: z.enum(["production", "staging", "preview"]),
  protected: z.boolean(),
  ttlHours: z.int().optional(),
  labels,
  createdAt: time,
});
const tokenFields = {
  id: z.string(),
  name: z.string(),
  owner: z.enum(["instance", "project"]),
  scopes: z.array(z.string()),
  createdAt: time,
  expiresAt: time.optional(),
  revokedAt: time.optional(),
};
const registry = z.strictObject({
  host: z.string(),
  username: z.string(),
  createdAt: time,
  updatedAt: time,
});
/** Its kind's own fields stand beside these. */
const target = z.looseObject({
  name: z.string(),
  kind: z.enum(["sandbox", "agents", "ecs", "aci", "cloud-run"]),
  owner: z.enum(["instance", "project"]),
  version: z.int(),
  createdAt: time,
});

export const tenancyAnswers = {
  Project: project,
  ProjectList: z.strictObject({ projects: z.array(project) }),
  Environment: environment,
  EnvironmentList: z.strictObject({ environments: z.array(environment) }),
  Registry: registry,
  RegistryList: z.strictObject({ registries: z.array(registry) }),
  TokenCreated: z.strictObject({ ...tokenFields, token: z.string().describe("The secret; shown once.") }),
  TokenList: z.strictObject({ tokens: z.array(z.strictObject(tokenFields).meta({ id: "Token" })) }),
  Target: target,
  TargetList: z.strictObject({ targets: z.array(target) }),
  TargetCheck: z.strictObject({
    target: z.string(),
    ok: z.boolean(),
    tookMs: z.number(),
    checks: z.array(
      z.strictObject({
        name: z.string(),
        verdict: z
          .enum(["ok", "refused", "cannot be proved"])
          .describe("`cannot be proved`: the cloud has no way to ask without doing it."),
        ok: z.boolean().describe("Not refused."),
        message: z.string(),
      }),
    ),
  }),
  UnrecognisedList: z.strictObject({
    target: z.string(),
    complete: z.boolean().describe("False after half a look: there may be more."),
    resources: z.array(
      z.strictObject({
        unit: z.string(),
        name: z.string().describe("At the provider."),
        workload: z.string(),
        environment: z.string().optional(),
        region: z.string().optional(),
        detail: z.string(),
        because: z.string().optional().describe("Why Berth cannot remove it, and what can."),
      }),
    ),
  }),
  UnrecognisedRemoved: z.strictObject({
    target: z.string(),
    name: z.string(),
    state: z.enum(["gone", "going"]).describe("`going`: it is on its way out; ask again."),
  }),
};
