import { z } from "zod";
import type { MadeChange } from "../broker/changes/commit-together.ts";
import { commitShown } from "../broker/changes/commit-shown.ts";
import { makeChange, showChange } from "../broker/changes/make.ts";
import { changeNow } from "../broker/changes/read.ts";
import { changeView } from "../broker/changes/view.ts";
import type { Ports } from "../broker/ports.ts";
import { Fault } from "../domain/fault.ts";
import type { Principal } from "../identity/authenticate.ts";
import { MAX_MEMBERS } from "../store/store.ts";
import { json } from "./answer.ts";
import { source } from "./bodies.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { emergencyField, emergencyOf } from "./emergency.ts";
import { jsonBody } from "./json-body.ts";
import { specField } from "./spec-body.ts";

const write = endpoint<Ports>();

const Post = z.strictObject({
  specs: z.array(specField).optional().describe(`1 to ${MAX_MEMBERS} specs, each of another name.`),
  change: z.string().max(64).optional().describe("A dry run's id instead of specs: commit exactly that."),
  source: source
    .optional()
    .describe("Where this comes from; an older `sequence` than a workload's last is refused."),
  redeploy: z.boolean().optional().describe("Start every unit anew, although nothing changed."),
  dryRun: z.boolean().optional().describe("Show what it would do, and keep that; commit nothing."),
  emergency: emergencyField,
});

/** Changing several workloads at once. */
export const changeWrites: readonly Endpoint<Ports>[] = [
  write({
    method: "POST",
    path: "/v1/changes",
    guard: "plans:write",
    runs: "control",
    tag: "changes",
    inEnvironment: true,
    summary: "Change several workloads at once",
    description:
      "They are decided together, so that hosts, quotas and budgets they share are given to nobody twice: first by `priority`, then so " +
      "that all are best off together. All of them are committed, or none; one that has to wait is held while the others go on. " +
      "With `dryRun` nothing is committed, and `{change: <its id>}` commits exactly what was shown, or refuses with the difference. " +
      "But for a dry run, the token needs the scope `workloads:write`, too.",
    body: jsonBody(Post),
    answers: {
      200: { description: "What a dry run would do, or that nothing changes.", schema: "Change" },
      202: {
        description: "Committed; the reconciler does the rest.",
        schema: "Change",
        headers: { location: "The change; `?wait=ready` waits for it." },
      },
    },
    handler: async ({ ports, caller, principal, body }) => {
      const { change, dryRun = false, source: from, redeploy } = body;
      const emergency = emergencyOf(principal, body.emergency);
      if (!dryRun) needsWrite(principal);
      if (change !== undefined && !dryRun) {
        needsNothingElse(body);
        return answer(ports, await commitShown(ports, caller, change, { emergency }));
      }
      const request = { specs: needsSpecs(body), source: from, redeploy, emergency };
      if (!dryRun) return answer(ports, await makeChange(ports, caller, request));
      const shown = await showChange(ports, caller, request);
      return json(200, { change: changeView(await changeNow(ports, shown)) });
    },
  }),
];

async function answer(ports: Ports, { change, isUnchanged }: MadeChange): Promise<Response> {
  const body = { change: changeView(await changeNow(ports, change)) };
  return json(isUnchanged ? 200 : 202, body, { location: `/v1/changes/${change.id}` });
}

function needsWrite({ scopes }: Principal): void {
  if (scopes.has("workloads:write")) return;
  throw new Fault(
    "forbidden",
    "This token lacks the scope workloads:write; make one that has it, or ask for a dry run.",
    { extra: { scope: "workloads:write" } },
  );
}

function needsSpecs({ specs, change }: z.infer<typeof Post>): readonly unknown[] {
  if (specs !== undefined && change === undefined) return specs;
  const message = specs === undefined ? "is required: a list of specs" : "send either specs or change";
  throw new Fault("invalid-body", "A change is made of specs.", {
    problems: [{ pointer: "/specs", message }],
  });
}

function needsNothingElse({ specs, source: from, redeploy }: z.infer<typeof Post>): void {
  if (specs === undefined && from === undefined && redeploy === undefined) return;
  throw new Fault("invalid-body", "A change is committed as it was shown; send it alone.", {
    problems: [{ pointer: "/change", message: "send either change or specs" }],
  });
}
