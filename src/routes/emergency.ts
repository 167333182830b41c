import { z } from "zod";
import { Fault } from "../domain/fault.ts";
import type { Plan } from "../domain/plan.ts";
import type { Principal } from "../identity/authenticate.ts";
import { sentence } from "./bodies.ts";

/** In the body of a change: why it passes freezes, approvals, budgets and price caps. */
export const emergencyField = z
  .strictObject({ reason: sentence })
  .optional()
  .describe(
    "Passes freezes, approvals, budgets and price caps; never residency, providers, targets, registries or a rule that denies. Needs the scope `emergency`, and is an event.",
  );

/** The emergency, once the caller may say so. Throws `forbidden`. */
export function emergencyOf(
  principal: Principal,
  emergency: z.infer<typeof emergencyField>,
): Plan["emergency"] {
  if (emergency === undefined || principal.scopes.has("emergency")) return emergency;
  throw new Fault("forbidden", "This token lacks the scope emergency; make one that has it.", {
    extra: { scope: "emergency" },
  });
}
