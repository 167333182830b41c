import { Fault } from "../domain/fault.ts";
import type { Plan } from "../domain/plan.ts";
import type { Override, PlaceMatch } from "../store/store.ts";
import type { Committed } from "./commit.ts";
import { readWorkload } from "./describe.ts";
import { draftPlan } from "./draft.ts";
import { denied, judgeDraft } from "./judge.ts";
import { documentInForce, readLineage } from "./lineage.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { readSpec } from "./read-spec.ts";
import { submitDraft } from "./submit.ts";

export interface MigrateRequest {
  readonly to: PlaceMatch;
  readonly reason?: string | undefined;
  /** When the pin ends by itself, ms. */
  readonly until?: number | undefined;
  /** Passes freezes, approvals, price caps and budgets. The route has checked that the caller may say so. */
  readonly emergency?: Plan["emergency"];
}

/** Move a workload as it is to another place. Leaves a pin, so that the next deploy does not move it back. */
export async function migrate(
  ports: Ports,
  caller: Caller,
  name: string,
  request: MigrateRequest,
): Promise<Committed> {
  const { lineage, draft, reason } = await draftMove(ports, caller, name, request);
  const { to: pin, until } = request;
  const override: Override = { pin, reason, actor: caller.actor, until, createdAt: ports.now() };
  return submitDraft(ports, caller, lineage, draft, {
    override,
    request: { fresh: false, pin, pinUntil: until },
  });
}

/** The plan that `migrate` would commit now, with its price and its placement. Keeps nothing and changes nothing. */
export async function previewMigration(
  ports: Ports,
  caller: Caller,
  name: string,
  request: MigrateRequest,
): Promise<Plan> {
  const drafted = await draftMove(ports, caller, name, request);
  const { draft, verdict } = await judgeDraft(ports, caller, drafted.lineage, drafted.draft);
  if (verdict.denials.length > 0) throw denied(draft.plan, verdict);
  return { ...draft.plan, state: "proposed" };
}

async function draftMove(ports: Ports, caller: Caller, name: string, request: MigrateRequest) {
  const { to } = request;
  if (to.target === undefined && to.provider === undefined && to.region === undefined)
    throw new Fault("invalid-body", "Say where to: a target, a provider or a region.", {
      problems: [{ pointer: "/to", message: "needs target, provider or region" }],
    });
  await readWorkload(ports, caller, name);
  const lineage = await readLineage(ports.store, scopeOf(caller), name);
  const reason = request.reason ?? `moved to ${describeMatch(to)}`;
  const draft = await draftPlan(ports, caller, lineage, {
    ...(await readSpec(ports, caller, await documentInForce(ports.store, scopeOf(caller), lineage), name)),
    trigger: "migrate",
    reason,
    fresh: false,
    images: "in-force",
    pin: to,
    emergency: request.emergency,
  });
  return { lineage, draft, reason };
}

/** A match as people read it: `target home`, `provider ecs, region eu-west-1`. */
function describeMatch(match: PlaceMatch): string {
  return Object.entries(match)
    .filter((entry): entry is [string, string] => typeof entry[1] === "string")
    .map(([key, value]) => `${key} ${value}`)
    .join(", ");
}
