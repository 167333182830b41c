import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { protos } from "@google-cloud/run";
import {
  credentials,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  status,
} from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import { type RunClients, runClients } from "../../../src/adapters/cloud-run/sdk.ts";
import type { SimulatedRequest } from "../../../src/adapters/cloud-run/simulator/reply.ts";
import { fromWire, toWire } from "./grpc-json.ts";
import type { Project } from "./project.ts";

/** A simulated project behind gRPC on this machine, by the protos that come with Google's own client. */
export interface GrpcServer {
  /** The real clients over gRPC, connected here. */
  readonly clients: RunClients;
  readonly problems: readonly unknown[];
  close(): Promise<void>;
}

type Message = Readonly<Record<string, unknown>>;

const V2 = protos.google.cloud.run.v2;
const TYPES = { Service: V2.Service, WorkerPool: V2.WorkerPool, Job: V2.Job } as const;

/** Serves a project over gRPC. */
export async function serveGrpc(google: Project): Promise<GrpcServer> {
  const problems: unknown[] = [];
  const server = new Server();
  const definition = fromJSON(protoJson(), { longs: String, enums: String, oneofs: true });
  for (const name of ["Services", "WorkerPools", "Jobs", "Executions", "Tasks"])
    server.addService(serviceIn(definition, `google.cloud.run.v2.${name}`), handlers(google, name, problems));
  server.addService(
    serviceIn(definition, "google.longrunning.Operations"),
    handlers(google, "Operations", problems),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const clients = runClients({
    apiEndpoint: "127.0.0.1",
    port,
    sslCreds: credentials.createInsecure(),
    projectId: "p",
    fallback: false,
  });
  return {
    clients,
    problems,
    async close() {
      await Promise.all(Object.values(clients).map((client) => client.close()));
      server.forceShutdown();
    },
  };
}

function protoJson(): object {
  const main = createRequire(import.meta.url).resolve("@google-cloud/run");
  return JSON.parse(readFileSync(join(dirname(main), "..", "protos", "protos.json"), "utf8"));
}

function serviceIn(definition: Readonly<Record<string, unknown>>, name: string): ServiceDefinition {
  const found = definition[name];
  if (typeof found !== "object" || found === null) throw new Error(`the protos have no ${name}`);
  return Object.fromEntries(Object.entries(found));
}

/** Each rpc of a service, as the request over REST that means the same (google.api.http in the protos). */
const RPCS: Readonly<Record<string, (request: Message) => SimulatedRequest>> = {
  CreateService: (r) => post(r, "services", "service", "serviceId"),
  GetService: get,
  ListServices: (r) => list(r, "services"),
  UpdateService: (r) => patch(r, "service"),
  DeleteService: remove,
  CreateWorkerPool: (r) => post(r, "workerPools", "workerPool", "workerPoolId"),
  GetWorkerPool: get,
  ListWorkerPools: (r) => list(r, "workerPools"),
  UpdateWorkerPool: (r) => patch(r, "workerPool"),
  DeleteWorkerPool: remove,
  CreateJob: (r) => post(r, "jobs", "job", "jobId"),
  GetJob: get,
  ListJobs: (r) => list(r, "jobs"),
  DeleteJob: remove,
  GetExecution: get,
  CancelExecution: (r) => ({ method: "POST", path: `/v2/${text(r, "name")}:cancel`, query: {}, body: {} }),
  ListTasks: (r) => list(r, "tasks"),
  GetOperation: get,
};

const OF_SERVICE: Readonly<Record<string, RegExp>> = {
  Services: /Services?$/,
  WorkerPools: /WorkerPools?$/,
  Jobs: /Jobs?$/,
  Executions: /Execution$/,
  Tasks: /Tasks$/,
  Operations: /Operation$/,
};

function handlers(
  google: Project,
  service: string,
  problems: unknown[],
): Record<string, handleUnaryCall<Message, unknown>> {
  const own = Object.entries(RPCS).filter(([rpc]) => OF_SERVICE[service]?.test(rpc));
  return Object.fromEntries(
    own.map(([rpc, toRequest]) => [
      rpc,
      ((call, done) => {
        try {
          const reply = google.send(toRequest(fromWire(call.request)));
          if (reply.status < 300) return done(null, toWire(reply.body, anyOf));
          return done({ code: statusOf(reply.body), details: messageOf(reply.body) });
        } catch (error) {
          problems.push(error);
          return done({ code: status.INTERNAL, details: String(error) });
        }
      }) satisfies handleUnaryCall<Message, unknown>,
    ]),
  );
}

// An answer inside an operation is a google.protobuf.Any: the type's URL and the message, encoded.
function anyOf(value: Message): object {
  const url = text(value, "@type");
  const { "@type": _type, ...message } = value;
  const type = Object.entries(TYPES).find(([name]) => url.endsWith(`.${name}`))?.[1];
  if (type === undefined) throw new Error(`the simulation answers with ${url}, which nobody expects`);
  return { type_url: url, value: type.encode(type.fromObject(message)).finish() };
}

function post(r: Message, collection: string, member: string, id: string): SimulatedRequest {
  const path = `/v2/${text(r, "parent")}/${collection}`;
  return { method: "POST", path, query: { [id]: text(r, id) }, body: r[member] };
}

function get(r: Message): SimulatedRequest {
  return { method: "GET", path: `/v2/${text(r, "name")}`, query: {} };
}

function list(r: Message, collection: string): SimulatedRequest {
  const pageToken = text(r, "pageToken");
  const query = {
    pageSize: JSON.stringify(r["pageSize"] ?? 100),
    ...(pageToken === "" ? {} : { pageToken }),
  };
  return { method: "GET", path: `/v2/${text(r, "parent")}/${collection}`, query };
}

function patch(r: Message, member: string): SimulatedRequest {
  const body = Object.fromEntries(Object.entries(r[member] ?? {}));
  const { paths } = Object(r["updateMask"]);
  const mask = (Array.isArray(paths) ? paths : []).map((path) =>
    String(path).replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  );
  return { method: "PATCH", path: `/v2/${text(body, "name")}`, query: { updateMask: mask.join(",") }, body };
}

function remove(r: Message): SimulatedRequest {
  const etag = text(r, "etag");
  return { method: "DELETE", path: `/v2/${text(r, "name")}`, query: etag === "" ? {} : { etag } };
}

function statusOf(body: unknown): status {
  const name = text(Object(Object(body).error), "status");
  const found = Object.entries(status).find(([key]) => key === name)?.[1];
  return typeof found === "number" ? found : status.UNKNOWN;
}

const messageOf = (body: unknown): string => text(Object(Object(body).error), "message");

function text(value: Message, key: string): string {
  const found = value[key];
  return typeof found === "string" ? found : "";
}
