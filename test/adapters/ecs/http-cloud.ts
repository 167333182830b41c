import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Operation } from "../../../src/adapters/ecs/api.ts";
import type { AwsService } from "../../../src/adapters/ecs/config.ts";
import type { Answer } from "../../../src/adapters/ecs/simulator/api.ts";
import type { EcsReply, EcsRequest } from "../../../src/adapters/ecs/simulator/simulate.ts";
import { demandContract } from "../../contracts/botocore.ts";
import { readQuery, writeXml, writeXmlError } from "./xml.ts";

/** AWS over HTTP on this machine, for the official SDK: the simulator behind the real protocols. */
export interface HttpCloud {
  readonly url: string;
  /** Every call, with what it was signed for; unsigned ones have no region. */
  readonly calls: readonly {
    readonly operation: string;
    readonly region: string | undefined;
    readonly input: unknown;
  }[];
  /** What broke AWS's contract; a test ends with none. */
  readonly broken: readonly string[];
  close(): Promise<void>;
}

/** Which service speaks under a target prefix (JSON protocols) or a version (query protocols). */
const BY_TARGET: Readonly<Record<string, AwsService>> = {
  AmazonEC2ContainerServiceV20141113: "ecs",
  Logs_20140328: "logs",
  secretsmanager: "secretsmanager",
};
const BY_VERSION: Readonly<Record<string, AwsService>> = { "2016-11-15": "ec2", "2011-06-15": "sts" };

/** Starts it on a free port. */
export async function httpCloud(answer: Answer): Promise<HttpCloud> {
  const calls: { operation: string; region: string | undefined; input: unknown }[] = [];
  const broken: string[] = [];
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      broken.push(String(error));
      response.writeHead(500).end(String(error));
    });
  });
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const read = await readCall(request);
    calls.push(read);
    // A call without a signature may go to any region: STS answers the same everywhere.
    const call: EcsRequest = { ...read, region: read.region ?? "eu-west-1" };
    demandContract("request", call, call.input);
    const reply = await answer(call, new AbortController().signal);
    if (reply.said === "nothing") return request.socket.destroy();
    if (reply.said === "result") demandContract("reply", call, reply.output);
    writeReply(call, reply, response);
    return undefined;
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, calls, broken, close: () => closed(server) };
}

async function readCall(request: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const body = Buffer.concat(chunks).toString("utf8");
  // Credential=<key>/<day>/<region>/<service>/aws4_request (AWS General Reference, "Signature Version 4").
  const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? "")?.[1];
  const [prefix = "", named = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
  const json = BY_TARGET[prefix];
  if (json !== undefined) {
    const input: unknown = JSON.parse(body);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a name off the wire; the contract knows it or the call is broken
    return { service: json, operation: named as Operation, region, input };
  }
  const form = new URLSearchParams(body);
  const service = BY_VERSION[form.get("Version") ?? ""];
  if (service === undefined) throw new Error(`no service of AWS speaks like this: ${body.slice(0, 200)}`);
  const operation = form.get("Action") ?? "";
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  return { service, operation: operation as Operation, region, input: readQuery(service, operation, form) };
}

function writeReply(
  { service, operation }: EcsRequest,
  reply: Exclude<EcsReply, { said: "nothing" }>,
  response: ServerResponse,
): void {
  const isXml = service === "ec2" || service === "sts";
  const type = isXml ? "text/xml" : "application/x-amz-json-1.1";
  const status = reply.said === "error" ? reply.status : 200;
  response.writeHead(status, { "content-type": type, "x-amzn-requestid": "r" });
  if (reply.said === "result") {
    response.end(isXml ? writeXml(service, operation, reply.output) : JSON.stringify(reply.output));
    return;
  }
  const { code, message, resourceIds } = reply;
  const error = { __type: code, message, ...(resourceIds === undefined ? {} : { resourceIds }) };
  response.end(isXml ? writeXmlError(service, code, message) : JSON.stringify(error));
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve, reject) =>
    server.close((error) => (error === undefined ? resolve() : reject(error))),
  );
}
