import type { Call } from "../../adapter.ts";
import type { CloudRunApi, ResourceName, RunApi } from "../api.ts";
import { Absent, classifyGoogle, troubleOf } from "../classify.ts";
import {
  nextPageToken,
  readExecution,
  readItems,
  readOperation,
  readResource,
  readTask,
} from "../reading.ts";
import type { SimulatedReply, SimulatedRequest } from "./reply.ts";

/** Sends one request to a simulated project and keeps its state; `judge` in tests looks at both sides. */
export type SendSimulated = (request: SimulatedRequest, call: Call) => Promise<SimulatedReply>;

/** The whole of Google as the adapter sees it, straight over the simulation: no client, no network. */
export function simulatedCloudRunApi(project: string, send: SendSimulated): CloudRunApi {
  const ask = async (request: SimulatedRequest, call: Call): Promise<unknown> => {
    const { status, body, retryAfterSeconds } = await send(request, call);
    if (status < 300) return body;
    throw classifyGoogle(troubleOf(status, body, retryAfterSeconds?.toString() ?? null));
  };
  return {
    run: simulatedRun(project, ask),
    rest: async ({ method, path, query = {}, body }, call) =>
      await orAbsent(ask({ method, path, query, body }, call)),
  };
}

type Ask = (request: SimulatedRequest, call: Call) => Promise<unknown>;

function simulatedRun(project: string, ask: Ask): RunApi {
  const parent = (region: string) => `/v2/projects/${project}/locations/${region}`;
  const path = ({ collection, region, id }: ResourceName) => `${parent(region)}/${collection}/${id}`;
  const get = (at: string, call: Call) => orAbsent(ask({ method: "GET", path: at, query: {} }, call));
  return {
    async list(collection, region, pageToken, call) {
      const query = { pageSize: "100", ...(pageToken === undefined ? {} : { pageToken }) };
      const answer = await ask({ method: "GET", path: `${parent(region)}/${collection}`, query }, call);
      const items = readItems(answer, collection, (item) => readResource(collection, item));
      return { items, nextPageToken: nextPageToken(answer) };
    },
    async get(name, call) {
      const found = await get(path(name), call);
      return found === undefined ? undefined : readResource(name.collection, found);
    },
    async create(name, body, call) {
      const query = { [ID_FIELDS[name.collection]]: name.id };
      const at = `${parent(name.region)}/${name.collection}`;
      return readOperation(await ask({ method: "POST", path: at, query, body }, call));
    },
    async update(name, { etag, mask, document }, call) {
      const query = { updateMask: mask.map(camelCase).join(",") };
      const body = { ...document, etag, name: path(name).slice("/v2/".length) };
      return readOperation(await ask({ method: "PATCH", path: path(name), query, body }, call));
    },
    async remove(name, etag, call) {
      const answer = await orAbsent(ask({ method: "DELETE", path: path(name), query: { etag } }, call));
      return answer === undefined ? undefined : readOperation(answer);
    },
    async operation(_region, name, call) {
      const answer = await get(`/v2/${name}`, call);
      return answer === undefined ? undefined : readOperation(answer);
    },
    async execution(job, id, call) {
      const answer = await get(`${path(job)}/executions/${id}`, call);
      return answer === undefined ? undefined : readExecution(answer);
    },
    async tasks(job, execution, call) {
      const at = `${path(job)}/executions/${execution}/tasks`;
      return readItems(await ask({ method: "GET", path: at, query: {} }, call), "tasks", readTask);
    },
    async cancel(job, execution, call) {
      const at = `${path(job)}/executions/${execution}:cancel`;
      await ask({ method: "POST", path: at, query: {}, body: {} }, call);
    },
  };
}

const ID_FIELDS = { services: "serviceId", workerPools: "workerPoolId", jobs: "jobId" } as const;
// A field mask over REST is in the names of the JSON (AIP-161).
const camelCase = (mask: string): string =>
  mask.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

async function orAbsent(asked: Promise<unknown>): Promise<unknown> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Absent) return undefined;
    throw error;
  }
}
