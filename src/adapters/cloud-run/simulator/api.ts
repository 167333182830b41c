import type { Call } from "../../adapter.ts";
import { callCloud, type CloudCall } from "../../call-cloud.ts";
import type { CloudPorts } from "../../cloud-ports.ts";
import { type CloudRunApi, mayBeAbsent, type ResourceName, type RunApi } from "../api.ts";
import { restBucket, runBucket } from "../buckets.ts";
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

/** The whole of Google as the adapter sees it, straight over the simulation: no client, no network, the same buckets and repeats. */
export function simulatedCloudRunApi(
  project: string,
  ports: Pick<CloudPorts, "throttle" | "sleep" | "draw">,
  send: SendSimulated,
): CloudRunApi {
  const ask: Ask = async (request, { bucket, repeatable }, call) =>
    await callCloud(
      ports,
      {
        bucket,
        repeatable,
        classify: (error) => classifyGoogle({ message: String(error), cause: error }),
        send: async (signal) => {
          const { status, body, retryAfterSeconds } = await send(request, { signal });
          if (status < 300) return body;
          throw classifyGoogle(troubleOf(status, body, retryAfterSeconds?.toString() ?? null));
        },
      },
      call,
    );
  return {
    run: simulatedRun(project, ask),
    rest: async (request, call) => {
      const { method, path, query = {}, body, repeatable } = request;
      const way = { bucket: restBucket(project, request), repeatable };
      const asked = ask({ method, path, query, body }, way, call);
      return await (mayBeAbsent(method) ? orAbsent(asked) : asked);
    },
  };
}

type Ask = (
  request: SimulatedRequest,
  way: Pick<CloudCall<unknown>, "bucket" | "repeatable">,
  call: Call,
) => Promise<unknown>;

function simulatedRun(project: string, ask: Ask): RunApi {
  const parent = (region: string) => `/v2/projects/${project}/locations/${region}`;
  const path = ({ collection, region, id }: ResourceName) => `${parent(region)}/${collection}/${id}`;
  const get = (region: string, at: string, query: SimulatedRequest["query"], call: Call) =>
    ask(
      { method: "GET", path: at, query },
      { bucket: runBucket(project, region, "read"), repeatable: true },
      call,
    );
  const write = (region: string, request: SimulatedRequest, repeatable: boolean, call: Call) =>
    ask(request, { bucket: runBucket(project, region, "write"), repeatable }, call);
  return {
    async list(collection, region, pageToken, call) {
      const query = { pageSize: "100", ...(pageToken === undefined ? {} : { pageToken }) };
      const answer = await get(region, `${parent(region)}/${collection}`, query, call);
      const items = readItems(answer, collection, (item) => readResource(collection, item));
      return { items, nextPageToken: nextPageToken(answer) };
    },
    async get(name, call) {
      const found = await orAbsent(get(name.region, path(name), {}, call));
      return found === undefined ? undefined : readResource(name.collection, found);
    },
    async create(name, body, call) {
      const query = { [ID_FIELDS[name.collection]]: name.id };
      const at = `${parent(name.region)}/${name.collection}`;
      return readOperation(await write(name.region, { method: "POST", path: at, query, body }, false, call));
    },
    async update(name, { etag, mask, document }, call) {
      const query = mask.length === 0 ? {} : { updateMask: mask.map(camelCase).join(",") };
      const body = { ...document, etag, name: path(name).slice("/v2/".length) };
      const request = { method: "PATCH", path: path(name), query, body };
      return readOperation(await write(name.region, request, false, call));
    },
    async remove(name, etag, call) {
      const request = { method: "DELETE", path: path(name), query: { etag } };
      const answer = await orAbsent(write(name.region, request, true, call));
      return answer === undefined ? undefined : readOperation(answer);
    },
    async operation(region, name, call) {
      const answer = await orAbsent(get(region, `/v2/${name}`, {}, call));
      return answer === undefined ? undefined : readOperation(answer);
    },
    async execution(job, id, call) {
      const answer = await orAbsent(get(job.region, `${path(job)}/executions/${id}`, {}, call));
      return answer === undefined ? undefined : readExecution(answer);
    },
    async tasks(job, execution, call) {
      const at = `${path(job)}/executions/${execution}/tasks`;
      return readItems(await get(job.region, at, {}, call), "tasks", readTask);
    },
    async cancel(job, execution, call) {
      const at = `${path(job)}/executions/${execution}:cancel`;
      await write(job.region, { method: "POST", path: at, query: {}, body: {} }, true, call);
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
