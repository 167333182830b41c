import type { Document } from "../api.ts";
import { member } from "../members.ts";
import type { ProjectRules } from "./state.ts";

const NEEDED = "run.services.setIamPolicy";
const POLICY = "constraints/run.managed.requireInvokerIam";

/** Why a service may not be open to every caller, as Google refuses it; `undefined` when it may, or when it asks its callers anyway. */
export function openProblem(
  document: Document,
  { missing, requiresInvoker }: ProjectRules,
): { readonly code: "PERMISSION_DENIED" | "FAILED_PRECONDITION"; readonly message: string } | undefined {
  if (member(document, "invokerIamDisabled") !== true) return undefined;
  if (missing.includes(NEEDED))
    return {
      code: "PERMISSION_DENIED",
      message: `Permission '${NEEDED}' denied on resource (or resource may not exist).`,
    };
  return requiresInvoker === true
    ? { code: "FAILED_PRECONDITION", message: `Operation denied by org policy: ["${POLICY}"].` }
    : undefined;
}
