import { z } from "zod";
import type { Ports } from "../broker/ports.ts";
import { checkTarget } from "../broker/check-target.ts";
import { deleteTarget, listTargets, putTarget, readTarget } from "../broker/targets.ts";
import { readTrust } from "../broker/target-trust.ts";
import { listUnrecognised, removeUnrecognised } from "../broker/unrecognised.ts";
import { json, noContent } from "./answer.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { jsonBody } from "./json-body.ts";
import { etagOf, expectedCount } from "./preconditions.ts";

const write = endpoint<Ports>();

// Which fields a target takes is its adapter's to say, so the body is open here and strict there.
const Target = z
  .looseObject({ kind: z.string().max(63).describe("sandbox, agents, ecs, aci or cloud-run") })
  .describe(
    'For instance {"kind":"agents","pool":"home"} or {"kind":"sandbox","simulates":"ecs","region":"eu-west-1"}.',
  );

/** Connecting places, and asking whether they can be used. */
export const targetEndpoints: readonly Endpoint<Ports>[] = [
  write({
    method: "GET",
    path: "/v1/targets",
    guard: "targets:read",
    runs: "control",
    tag: "targets",
    summary: "List targets",
    description: "The project's own and those the instance shares.",
    answers: { 200: { description: "The targets.", schema: "TargetList" } },
    handler: async ({ ports, caller }) => json(200, { targets: await listTargets(ports, caller) }),
  }),
  write({
    method: "GET",
    path: "/v1/targets/{name}",
    guard: "targets:read",
    runs: "control",
    tag: "targets",
    summary: "Read a target",
    answers: { 200: { description: "The target. Its ETag is its version.", schema: "Target" } },
    handler: async ({ ports, caller, params }) => {
      const target = await readTarget(ports, caller, params.name);
      return json(200, target, { etag: etagOf(target.version) });
    },
  }),
  write({
    method: "PUT",
    path: "/v1/targets/{name}",
    guard: "targets:write",
    runs: "control",
    tag: "targets",
    matches: "version",
    summary: "Connect a place, or change one",
    body: jsonBody(Target),
    answers: {
      200: { description: "Changed.", schema: "Target" },
      201: { description: "Connected.", schema: "Target" },
    },
    handler: async ({ ports, caller, params, body, request }) => {
      const stored = await putTarget(ports, caller, params.name, body, expectedCount(request.headers));
      return json(stored.created ? 201 : 200, stored.target, { etag: etagOf(stored.target.version) });
    },
  }),
  write({
    method: "DELETE",
    path: "/v1/targets/{name}",
    guard: "targets:write",
    runs: "control",
    tag: "targets",
    summary: "Disconnect a place",
    description: "Refused while units are there: nothing is left running that Berth no longer knows.",
    answers: { 204: { description: "Disconnected." } },
    handler: async ({ ports, caller, params }) => {
      await deleteTarget(ports, caller, params.name);
      return noContent();
    },
  }),
  write({
    method: "GET",
    path: "/v1/targets/{name}/trust",
    guard: "targets:read",
    runs: "control",
    tag: "targets",
    summary: "Read whom a target's account has to trust",
    description:
      "The issuer and the one subject that stands for this target, and documents for an owner of the account: the least permissions Berth needs there, and no key.",
    answers: { 200: { description: "The subject and the documents.", schema: "TargetTrust" } },
    handler: async ({ ports, caller, params }) => json(200, await readTrust(ports, caller, params.name)),
  }),
  write({
    method: "POST",
    path: "/v1/targets/{name}/check",
    guard: "targets:read",
    runs: "control",
    tag: "targets",
    summary: "Check a target",
    description:
      "Preflight: whether it answers and could take a small service, which permissions its credentials have, and its quota. Creates nothing.",
    answers: { 200: { description: "Each check with its sentence.", schema: "TargetCheck" } },
    handler: async ({ ports, caller, params }) => json(200, await checkTarget(ports, caller, params.name)),
  }),
  write({
    method: "GET",
    path: "/v1/targets/{name}/unrecognised",
    guard: "targets:read",
    runs: "control",
    tag: "targets",
    summary: "Look for what is unrecognised at a target",
    description:
      "Looks now. Resources of the project that carry this installation's mark, though this database does not know them: left by a restored backup, mostly.",
    answers: { 200: { description: "What there is, with what it is.", schema: "UnrecognisedList" } },
    handler: async ({ ports, caller, params }) =>
      json(200, await listUnrecognised(ports, caller, params.name)),
  }),
  write({
    method: "DELETE",
    path: "/v1/targets/{name}/unrecognised/{resource}",
    guard: "targets:write",
    runs: "control",
    tag: "targets",
    summary: "Remove what is unrecognised",
    description:
      "One resource, by its name at the provider. It is looked for anew: only what carries this installation's mark, is of the project and belongs to no known unit is removed.",
    query: {
      confirm: {
        type: "string",
        description: "The resource's name again; without it the answer tells what would go.",
      },
    },
    answers: { 200: { description: "Gone, or going.", schema: "UnrecognisedRemoved" } },
    handler: async ({ ports, caller, params, query }) =>
      json(200, await removeUnrecognised(ports, caller, params.name, params.resource, query.confirm)),
  }),
];
