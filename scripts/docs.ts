import { readFileSync, writeFileSync } from "node:fs";
import { guardFields, silence } from "./docs/agents.ts";
import { capabilities } from "./docs/capabilities.ts";
import { ecsLimits } from "./docs/ecs-limits.ts";
import { environment } from "./docs/environment.ts";
import { limits } from "./docs/limits.ts";
import { withPart } from "./docs/part.ts";
import { policyFields } from "./docs/policy-fields.ts";
import { gatewayCodes, problemCodes } from "./docs/problem-codes.ts";
import { scopes } from "./docs/scopes.ts";
import { specFields, unservedFields } from "./docs/spec-fields.ts";

/** The pages that have generated parts, and what goes into each part. */
export const PAGES: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  "spec.md": { fields: specFields, "fields not served yet": unservedFields },
  "policy.md": { fields: policyFields },
  "api.md": { "problem codes": problemCodes, "gateway codes": gatewayCodes, scopes },
  "operations.md": { "environment variables": environment, limits },
  "agents.md": { "guard fields": guardFields, silence },
  "adapters/aci.md": { capabilities: () => capabilities("aci") },
  "adapters/cloud-run.md": { capabilities: () => capabilities("cloud-run") },
  "adapters/ecs.md": { capabilities: () => capabilities("ecs"), limits: ecsLimits },
};

/** Where a page is. */
export const pageUrl = (page: string): URL => new URL(`../docs/${page}`, import.meta.url);

/** A page with all its generated parts renewed. */
export function renewed(page: string): string {
  const text = readFileSync(pageUrl(page), "utf8");
  return Object.entries(PAGES[page] ?? {}).reduce(
    (whole, [name, content]) => withPart(whole, name, content()),
    text,
  );
}

if (import.meta.main) for (const page of Object.keys(PAGES)) writeFileSync(pageUrl(page), renewed(page));
