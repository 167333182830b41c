import {
  ExecutionsClient,
  JobsClient,
  type protos,
  ServicesClient,
  TasksClient,
  WorkerPoolsClient,
} from "@google-cloud/run";
import type { Call } from "../adapter.ts";
import { callCloud } from "../call-cloud.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import type { Collection, Document, ResourceName, RunApi } from "./api.ts";
import { runBucket } from "./buckets.ts";
import { Absent } from "./classify.ts";
import type { CloudRunConfig } from "./config.ts";
import { originOf } from "./fetch-json.ts";
import { nextPageToken, readExecution, readItems, readOperation, readResource, readTask } from "./reading.ts";
import { classifySdk } from "./sdk-errors.ts";
import { prepareGeneratedCode } from "./sdk-prepare.ts";
import { asTarget, sdkTransport } from "./sdk-transport.ts";
import { toMessage } from "./to-message.ts";

/** The official clients, one of each class. */
export interface RunClients {
  readonly services: ServicesClient;
  readonly workerPools: WorkerPoolsClient;
  readonly jobs: JobsClient;
  readonly executions: ExecutionsClient;
  readonly tasks: TasksClient;
}

type ClientOptions = ConstructorParameters<typeof ServicesClient>[0];

/** One client of each class, all with the same options. */
export function runClients(options: ClientOptions): RunClients {
  return {
    services: new ServicesClient(options),
    workerPools: new WorkerPoolsClient(options),
    jobs: new JobsClient(options),
    executions: new ExecutionsClient(options),
    tasks: new TasksClient(options),
  };
}

/** Google's own largest page (run.googleapis.com, services.list). */
const PAGE_SIZE = 100;
/** The client never repeats by itself: `callCloud` knows the quotas and what may be repeated. */
const NO_RETRY = { retry: { retryCodes: [] } };

/** Cloud Run over Google's official client, as one target: every call is made as its service account, at its endpoint. */
export function runApiOverSdk(
  config: CloudRunConfig,
  ports: CloudPorts,
  token: (call: Call) => Promise<string>,
  clients: RunClients = restClients,
): RunApi {
  const parent = (region: string) => `projects/${config.projectId}/locations/${region}`;
  const path = ({ collection, region, id }: ResourceName) => `${parent(region)}/${collection}/${id}`;
  const send = <T>(region: string, access: "read" | "write" | "repeat", call: Call, run: () => Promise<T>) =>
    callCloud(
      ports,
      {
        bucket: runBucket(config.projectId, region, access === "read" ? "read" : "write"),
        repeatable: access !== "write",
        classify: classifySdk,
        send: (signal) =>
          asTarget({ fetch: ports.fetch, token, origin: originOf(config, "run"), signal }, run),
      },
      call,
    );
  return {
    async list(collection, region, pageToken, call) {
      const request = { parent: parent(region), pageSize: PAGE_SIZE, ...(pageToken && { pageToken }) };
      const answer = await send(region, "read", call, () => listPage(clients, collection, request));
      const items = readItems(answer, collection, (item) => readResource(collection, item));
      return { items, nextPageToken: nextPageToken(answer) };
    },
    async get(name, call) {
      const found = await orAbsent(send(name.region, "read", call, () => getOne(clients, name, path(name))));
      return found === undefined ? undefined : readResource(name.collection, found);
    },
    async create(name, document, call) {
      // Not repeatable here: a second try would answer "already exists" to what the first has made.
      return readOperation(
        await send(name.region, "write", call, () =>
          createOne(clients, name, parent(name.region), toMessage(document)),
        ),
      );
    },
    async update(name, { etag, mask, document }, call) {
      const message = toMessage({ ...document, name: path(name), etag });
      return readOperation(
        await send(name.region, "write", call, () => updateOne(clients, name, message, [...mask])),
      );
    },
    async remove(name, etag, call) {
      const request = { name: path(name), etag };
      const answer = await orAbsent(
        send(name.region, "repeat", call, () => removeOne(clients, name, request)),
      );
      return answer === undefined ? undefined : readOperation(answer);
    },
    async operation(region, name, call) {
      const run = () => clients.services.getOperation(operationRequest(name), NO_RETRY);
      const answer = await orAbsent(send(region, "read", call, run));
      return answer === undefined ? undefined : readOperation(answer[0]);
    },
    async execution(job, id, call) {
      const request = { name: `${path(job)}/executions/${id}` };
      const run = () => clients.executions.getExecution(request, NO_RETRY);
      const answer = await orAbsent(send(job.region, "read", call, run));
      return answer === undefined ? undefined : readExecution(answer[0]);
    },
    async tasks(job, execution, call) {
      const request = { parent: `${path(job)}/executions/${execution}`, pageSize: PAGE_SIZE };
      const run = () => clients.tasks.listTasks(request, { ...NO_RETRY, autoPaginate: false });
      return readItems({ tasks: (await send(job.region, "read", call, run))[0] }, "tasks", readTask);
    },
    async cancel(job, execution, call) {
      const request = { name: `${path(job)}/executions/${execution}` };
      await send(job.region, "repeat", call, async () => {
        await clients.executions.cancelExecution(request, NO_RETRY);
      });
    },
  };
}

type Run = typeof protos.google.cloud.run.v2;
type Message<T extends keyof Run> = Run[T] extends { create(properties?: infer P): unknown }
  ? NonNullable<P>
  : never;

/** One client of each class for the whole process, made while the module loads: workerd lets nobody compile code later. */
const restClients: RunClients = makeRestClients();

function makeRestClients(): RunClients {
  // Typed as a class of google-auth-library, of which the REST transport calls only what is above.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the rest of that class is never reached
  const options = {
    fallback: true,
    projectId: "of-the-call",
    authClient: sdkTransport,
  } as unknown as ClientOptions;
  const clients = runClients(options);
  for (const client of Object.values(clients)) prepareGeneratedCode(client);
  return clients;
}

// The one request that is typed as a class; what is sent is its name alone.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- protobufjs takes any object with the members
const operationRequest = (name: string) => ({ name }) as protos.google.longrunning.GetOperationRequest;

async function listPage(
  clients: RunClients,
  collection: Collection,
  request: { readonly parent: string; readonly pageSize: number; readonly pageToken?: string },
): Promise<unknown> {
  const options = { ...NO_RETRY, autoPaginate: false };
  if (collection === "services") return (await clients.services.listServices(request, options))[2];
  if (collection === "jobs") return (await clients.jobs.listJobs(request, options))[2];
  return (await clients.workerPools.listWorkerPools(request, options))[2];
}

async function getOne(clients: RunClients, { collection }: ResourceName, name: string): Promise<unknown> {
  if (collection === "services") return (await clients.services.getService({ name }, NO_RETRY))[0];
  if (collection === "jobs") return (await clients.jobs.getJob({ name }, NO_RETRY))[0];
  return (await clients.workerPools.getWorkerPool({ name }, NO_RETRY))[0];
}

async function createOne(
  clients: RunClients,
  { collection, id }: ResourceName,
  parent: string,
  message: Document,
): Promise<unknown> {
  if (collection === "services") {
    const service: Message<"Service"> = message;
    return (await clients.services.createService({ parent, service, serviceId: id }, NO_RETRY))[1];
  }
  if (collection === "jobs") {
    const job: Message<"Job"> = message;
    return (await clients.jobs.createJob({ parent, job, jobId: id }, NO_RETRY))[1];
  }
  const workerPool: Message<"WorkerPool"> = message;
  return (await clients.workerPools.createWorkerPool({ parent, workerPool, workerPoolId: id }, NO_RETRY))[1];
}

async function updateOne(
  clients: RunClients,
  { collection }: ResourceName,
  message: Document,
  paths: string[],
): Promise<unknown> {
  if (collection === "services") {
    const service: Message<"Service"> = message;
    return (await clients.services.updateService({ service, updateMask: { paths } }, NO_RETRY))[1];
  }
  if (collection === "jobs") {
    const job: Message<"Job"> = message;
    return (await clients.jobs.updateJob({ job }, NO_RETRY))[1];
  }
  const workerPool: Message<"WorkerPool"> = message;
  return (await clients.workerPools.updateWorkerPool({ workerPool, updateMask: { paths } }, NO_RETRY))[1];
}

async function removeOne(
  clients: RunClients,
  { collection }: ResourceName,
  request: { readonly name: string; readonly etag: string },
): Promise<unknown> {
  if (collection === "services") return (await clients.services.deleteService(request, NO_RETRY))[1];
  if (collection === "jobs") return (await clients.jobs.deleteJob(request, NO_RETRY))[1];
  return (await clients.workerPools.deleteWorkerPool(request, NO_RETRY))[1];
}

async function orAbsent<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Absent) return undefined;
    throw error;
  }
}
