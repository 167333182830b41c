import { Fault } from "../domain/fault.ts";
import type { Plan } from "../domain/plan.ts";
import { type DecodedReceipt, decodeReceipt, partsOf } from "../policy/receipt/decode.ts";
import { replayReceipt, type Replay } from "../policy/receipt/replay.ts";
import type { StoredReceipt } from "../store/store.ts";
import { iso } from "./instants.ts";
import type { Caller, Ports } from "./ports.ts";
import { readPlan } from "./wait.ts";

/** A plan's receipt as it is kept: the texts it consists of, and what they say when all of them are there. */
export interface KeptReceipt {
  readonly plan: Plan;
  readonly stored: StoredReceipt;
  /** The parts that are still kept, by hash. */
  readonly parts: ReadonlyMap<string, string>;
  readonly decoded: DecodedReceipt;
}

/** The receipt of a plan. Throws `not-found` for a plan that never had one, and `receipt-gone` for one that is no longer kept. */
export async function readReceipt(ports: Ports, caller: Caller, planId: string): Promise<KeptReceipt> {
  const plan = await readPlan(ports, caller, planId);
  if (plan.receipt === undefined)
    throw new Fault("not-found", `Plan ${plan.id} has no receipt: ${whyNone(plan)}.`);
  const stored = await ports.store.receipt(caller.project.id, plan.receipt);
  if (stored === undefined) throw gone(plan, "it was kept for its time and then removed");
  const parts = await ports.store.blobs(partsOf(stored.manifest));
  const decoded = decodeReceipt(stored.hash, stored.manifest, (hash) => parts.get(hash));
  return { plan, stored, parts, decoded };
}

/** Decide a plan again from its receipt. Throws as `readReceipt`, and `receipt-gone` also when only a part of it is left. */
export async function replayPlan(ports: Ports, caller: Caller, planId: string) {
  const { plan, stored, decoded } = await readReceipt(ports, caller, planId);
  if (!decoded.ok) throw gone(plan, decoded.because);
  return replayView(plan, stored, replayReceipt(decoded.receipt));
}

function replayView(plan: Plan, { hash, createdAt }: StoredReceipt, replay: Replay) {
  return { plan: plan.id, receipt: hash, createdAt: iso(createdAt), ...replay };
}

function gone({ id, createdAt }: Plan, because: string): Fault {
  return new Fault(
    "receipt-gone",
    `The receipt of plan ${id}, made ${iso(createdAt)}, cannot be replayed: ${because}.`,
  );
}

function whyNone(plan: Plan): string {
  if (plan.trigger === "destroy") return "it places nothing";
  const warning = plan.warnings.find(({ code }) => code === "no-receipt");
  return warning?.message ?? "none was kept when it was made";
}
