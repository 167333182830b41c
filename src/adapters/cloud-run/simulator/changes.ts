import type { Collection, Document } from "../api.ts";
import { member, members, textIn, texts } from "../members.ts";
import { failureOf, toldIn } from "./crash.ts";
import { imageProblem } from "./images.ts";
import { openProblem } from "./invoker.ts";
import { isThere } from "./life.ts";
import { answer, bodyOf, refusal, type Step } from "./reply.ts";
import type { RunRequest } from "./run-request.ts";
import type {
  ProjectRules,
  ProjectState,
  StoredExecution,
  StoredOperation,
  StoredResource,
} from "./state.ts";
import { milliCpuIn, problemOf } from "./validate.ts";
import { operationView } from "./view.ts";

/** Operations kept; Google forgets old ones, too. */
const MOST_OPERATIONS = 500;

/** POST: makes a service, pool or job, and answers with the operation that says so before it is ready. */
export function createResource(state: ProjectState, given: Creation, now: number, rules: ProjectRules): Step {
  const { collection, request } = given;
  const id = request.query[ID_FIELDS[collection]] ?? "";
  const name = `${given.name}/${id}`;
  const document = bodyOf(request);
  const refused =
    documentRefusal(state, collection, id, document, rules) ?? placeRefusal(state, given, id, now, rules);
  if (refused !== undefined) return refused;
  const { create, ready } = rules.delaysMs;
  const failure = failureOf(state, collection, document, rules, now);
  const settledAt = now + create + (collection === "jobs" ? 0 : ready);
  const resource: StoredResource = {
    collection,
    region: request.region,
    name,
    document,
    etag: `"${state.sequence + 1}-1"`,
    generation: 1,
    createdAt: now,
    updatedAt: now,
    startsAt: now + create,
    settledAt,
    servedAt: collection === "jobs" || failure !== undefined ? undefined : settledAt,
    failure: collection === "jobs" && failure?.reason === undefined ? undefined : failure,
    // A job whose secrets cannot be read starts nothing.
    execution:
      failure?.reason !== undefined
        ? undefined
        : executionOf(id, collection, document, failure?.exitCode, settledAt, rules),
  };
  return begun(state, resource, now, { doneAt: settledAt, deletes: false });
}

interface Creation {
  readonly collection: Collection;
  /** Of the collection in its region. */
  readonly name: string;
  readonly request: RunRequest;
}

function documentRefusal(
  state: ProjectState,
  collection: Collection,
  id: string,
  document: Document,
  rules: ProjectRules,
): Step | undefined {
  const problem = problemOf(collection, id, document);
  if (problem !== undefined) return refusal(state, "INVALID_ARGUMENT", problem);
  const open = collection === "services" ? openProblem(document, rules) : undefined;
  if (open !== undefined) return refusal(state, open.code, open.message);
  const template = member(document, "template");
  const inner = collection === "jobs" ? member(template, "template") : template;
  const hidden = imageProblem(members(inner, "containers"), rules);
  if (hidden !== undefined) return refusal(state, "PERMISSION_DENIED", hidden);
  const large = collection === "services" ? quotaProblem(template, rules) : undefined;
  return large === undefined ? undefined : refusal(state, "INVALID_ARGUMENT", large);
}

function placeRefusal(
  state: ProjectState,
  { collection, name }: Creation,
  id: string,
  now: number,
  { quota }: ProjectRules,
): Step | undefined {
  const there = Object.values(state.resources).filter((other) => isThere(other, now));
  if (there.some((other) => other.name === `${name}/${id}`))
    return refusal(state, "ALREADY_EXISTS", `Resource '${id}' already exists.`);
  if (there.filter((other) => other.name.startsWith(`${name}/`)).length < quota.resources) return undefined;
  return refusal(state, "RESOURCE_EXHAUSTED", `The region holds ${quota.resources} ${collection} already.`, [
    { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [] },
  ]);
}

/** PATCH: changes what the mask names; a change of the template makes a new revision, a change of the scale does not. */
export function updateResource(
  state: ProjectState,
  resource: StoredResource,
  request: RunRequest,
  now: number,
  rules: ProjectRules,
): Step {
  const body = bodyOf(request);
  const mask = (request.query["updateMask"] ?? "").split(",").filter((path) => path !== "");
  const stale = conflictOf(state, resource, body["etag"]);
  if (stale !== undefined) return stale;
  const unknown = mask.find((path) => !MASKS.has(path));
  if (mask.length === 0 || unknown !== undefined)
    return refusal(
      state,
      "UNIMPLEMENTED",
      `The simulation does not change ${unknown ?? "everything at once"}.`,
    );
  const document = masked(resource.document, body, mask);
  const problem = problemOf(resource.collection, lastPart(resource.name), document);
  if (problem !== undefined) return refusal(state, "INVALID_ARGUMENT", problem);
  const { create, ready } = rules.delaysMs;
  const generation = resource.generation + 1;
  const settledAt = now + create + ready;
  // A template that differs makes a new revision, and that is checked anew.
  const again = mask.includes("template.labels");
  const failure = again ? failureOf(state, resource.collection, document, rules, now) : resource.failure;
  const changed = {
    ...resource,
    document,
    failure,
    servedAt: resource.servedAt ?? (again && failure === undefined ? settledAt : undefined),
    generation,
    etag: `"${state.sequence + 1}-${generation}"`,
    updatedAt: now,
    startsAt: now + create,
    settledAt,
  };
  return begun(state, changed, now, { doneAt: changed.settledAt, deletes: false });
}

/** DELETE: refused while the newest state is still being reached (assumed; another operation holds the resource). */
export function removeResource(
  state: ProjectState,
  resource: StoredResource,
  request: RunRequest,
  now: number,
  { delaysMs }: ProjectRules,
): Step {
  const stale = conflictOf(state, resource, request.query["etag"]);
  if (stale !== undefined) return stale;
  if (now < resource.startsAt)
    return refusal(
      state,
      "ABORTED",
      `Conflict for resource '${lastPart(resource.name)}': an operation on it is under way.`,
    );
  const goneAt = resource.goneAt ?? now + delaysMs.destroy;
  return begun(state, { ...resource, goneAt }, now, { doneAt: goneAt, deletes: true });
}

const ID_FIELDS: Readonly<Record<Collection, string>> = {
  services: "serviceId",
  workerPools: "workerPoolId",
  jobs: "jobId",
};
const MASKS: ReadonlySet<string> = new Set(["scaling", "template.scaling", "template.labels"]);
/** Instances of a revision that does not say (Admin API v2, RevisionScaling). */
const REVISION_MAX = 100;

// As a young project's deploys are refused (cloud.google.com/run/quotas, CPU allocation in a region): as a wrong field.
function quotaProblem(template: unknown, { quota }: ProjectRules): string | undefined {
  const instances = Number(member(member(template, "scaling"), "maxInstanceCount") ?? REVISION_MAX);
  const asked = milliCpuIn(template) * instances;
  return quota.milliCpu !== undefined && asked > quota.milliCpu
    ? `Quota violated: CpuAllocPerProjectRegion requested: ${asked} allowed: ${quota.milliCpu}.`
    : undefined;
}

/** The state once something has begun with a resource, and the operation that says how far it has come. */
export function begun(
  state: ProjectState,
  resource: StoredResource,
  now: number,
  given: Pick<StoredOperation, "doneAt" | "deletes">,
): Step {
  const sequence = state.sequence + 1;
  const id = `op-${sequence}`;
  const operation = { resource: resource.name, region: resource.region, startedAt: now, ...given };
  const kept = Object.entries(state.operations).slice(-(MOST_OPERATIONS - 1));
  const resources = Object.fromEntries(
    Object.entries(state.resources).filter(([, other]) => isThere(other, now)),
  );
  const after = {
    ...state,
    sequence,
    operations: { ...Object.fromEntries(kept), [id]: operation },
    resources: { ...resources, [resource.name]: resource },
  };
  const name = `${resource.name.split("/").slice(0, 4).join("/")}/operations/${id}`;
  return answer(after, operationView(name, operation, resource, now));
}

/** The refusal of an etag that is not the newest (AIP-154). */
export function conflictOf(state: ProjectState, resource: StoredResource, etag: unknown): Step | undefined {
  if (etag === undefined || etag === resource.etag) return undefined;
  return refusal(
    state,
    "ABORTED",
    `Conflict for resource '${lastPart(resource.name)}': version ${JSON.stringify(etag)} was specified but current version is '${resource.etag}'.`,
  );
}

// Only what Berth changes: see MASKS.
function masked(document: Document, body: Document, mask: readonly string[]): Document {
  const [before, given] = [member(document, "template"), member(body, "template")];
  const template = {
    ...Object(before),
    ...(mask.includes("template.scaling") ? { scaling: member(given, "scaling") } : {}),
    ...(mask.includes("template.labels") ? { labels: member(given, "labels") } : {}),
  };
  return { ...document, ...(mask.includes("scaling") ? { scaling: body["scaling"] } : {}), template };
}

/** With a token of its own, a job is made together with one execution: its id is the job's with the token behind. */
export function executionOf(
  job: string,
  collection: Collection,
  document: Document,
  exitCode: number | undefined,
  at: number,
  rules: ProjectRules,
): StoredExecution | undefined {
  const token = textIn(document, "startExecutionToken");
  if (collection !== "jobs" || token === "") return undefined;
  const { ready, task } = rules.delaysMs;
  const startsAt = at + ready;
  const runMs = toldIn(member(member(document, "template"), "template"), rules)?.runMs ?? task;
  const code = exitCode ?? asked(document);
  return { id: `${job}-${token}`, startsAt, endsAt: startsAt + runMs, exitCode: code };
}

function asked(document: Document): number {
  const [main] = members(member(member(document, "template"), "template"), "containers");
  const variable = members(main, "env").find((one) => textIn(one, "name") === "SANDBOX_EXIT");
  return Number(textIn(variable, "value")) || 0;
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf("/") + 1);

/** The labels of a stored document. */
export const labelsIn = ({ document }: StoredResource): Readonly<Record<string, string>> =>
  texts(document, "labels");
