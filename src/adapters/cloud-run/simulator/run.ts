import type { RunRequest } from "./run-request.ts";
import type { Collection } from "../api.ts";
import { changeJob } from "./change-job.ts";
import { createResource, removeResource, updateResource } from "./changes.ts";
import { executionStep } from "./executions.ts";
import { isThere } from "./life.ts";
import { answer, RATE_DETAIL, refusal, type Step } from "./reply.ts";
import type { ProjectRules, ProjectState, StoredResource } from "./state.ts";
import { operationView, resourceView } from "./view.ts";

/** One request to Cloud Run. */
export function runStep(state: ProjectState, request: RunRequest, now: number, rules: ProjectRules): Step {
  const [first = "", id, ...deeper] = request.rest.split("/");
  if (first === "operations" && id !== undefined) return readOperation(state, request, id, now);
  const collection = COLLECTIONS.find((one) => one === first);
  if (collection === undefined) return refusal(state, "NOT_FOUND", `There is no ${request.rest}.`);
  const throttled = countWrite(state, request, now, rules);
  if ("reply" in throttled) return throttled;
  const counted = throttled.state;
  const name = `projects/${rules.project}/locations/${request.region}/${collection}`;
  if (id === undefined)
    return request.method === "POST"
      ? createResource(counted, { collection, name, request }, now, rules)
      : list(counted, collection, name, request, now, rules);
  const resource = state.resources[`${name}/${id}`];
  if (resource === undefined || !isThere(resource, now))
    return refusal(
      counted,
      "NOT_FOUND",
      `Resource '${id}' of kind '${collection.toUpperCase()}' in region '${request.region}' in project '${rules.project}' does not exist.`,
    );
  if (deeper.length > 0) return executionStep(counted, resource, deeper, request, now);
  if (request.method === "GET") return answer(counted, resourceView(resource, now));
  if (request.method === "DELETE") return removeResource(counted, resource, request, now, rules);
  if (request.method === "PATCH")
    return collection === "jobs"
      ? changeJob(counted, resource, request, now, rules)
      : updateResource(counted, resource, request, now, rules);
  return refusal(counted, "UNIMPLEMENTED", `The simulation has no ${request.method} ${request.rest}.`);
}

const COLLECTIONS: readonly Collection[] = ["services", "workerPools", "jobs"];
const MINUTE_MS = 60_000;
/** Google's usual and largest page (services.list). */
const PAGE_SIZE = 100;

function countWrite(
  state: ProjectState,
  { method, region }: RunRequest,
  now: number,
  { quota }: ProjectRules,
): Step | { readonly state: ProjectState } {
  if (method === "GET") return { state };
  const recent = (state.writes[region] ?? []).filter((at) => at > now - MINUTE_MS);
  if (recent.length >= quota.writesPerMinute) {
    const message = `Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per region' of service 'run.googleapis.com'.`;
    return refusal(state, "RESOURCE_EXHAUSTED", message, [RATE_DETAIL]);
  }
  return { state: { ...state, writes: { ...state.writes, [region]: [...recent, now] } } };
}

function list(
  state: ProjectState,
  collection: Collection,
  name: string,
  { query }: RunRequest,
  now: number,
  { delaysMs }: ProjectRules,
): Step {
  const shown = Object.values(state.resources)
    .filter((resource) => resource.name.startsWith(`${name}/`) && isThere(resource, now))
    .filter(({ createdAt }) => createdAt + delaysMs.visible <= now)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const size = Math.min(PAGE_SIZE, Number(query["pageSize"] ?? PAGE_SIZE) || PAGE_SIZE);
  // A page begins behind the last name of the one before, so that what goes away between them hides nothing.
  const behind = query["pageToken"];
  const left = shown.filter((resource) => behind === undefined || resource.name > behind);
  const page = left.slice(0, size);
  const last = page.at(-1);
  return answer(state, {
    ...(page.length === 0 ? {} : { [collection]: page.map((one) => resourceView(one, now)) }),
    ...(left.length > size && last !== undefined ? { nextPageToken: last.name } : {}),
  });
}

function readOperation(state: ProjectState, request: RunRequest, id: string, now: number): Step {
  const operation = state.operations[id];
  if (operation === undefined || operation.region !== request.region)
    return refusal(state, "NOT_FOUND", `There is no operation ${id}.`);
  const resource: StoredResource | undefined = state.resources[operation.resource];
  return answer(state, operationView(`${parentOf(request)}/operations/${id}`, operation, resource, now));
}

const parentOf = ({ path }: RunRequest): string => path.slice("/v2/".length).split("/").slice(0, 4).join("/");
