import type { Operation } from "../../../src/adapters/ecs/api.ts";
import type { AwsService } from "../../../src/adapters/ecs/config.ts";
import type { EcsReply, EcsRequest } from "../../../src/adapters/ecs/simulator/simulate.ts";
import { readQuery, writeXml, writeXmlError } from "./xml.ts";

/** What a call says of itself on the wire. Unsigned ones have no region. */
export interface WireCall extends Omit<EcsRequest, "region"> {
  readonly region: string | undefined;
}

/** Which service speaks under a target prefix (JSON protocols) or a version (query protocols). */
const BY_TARGET: Readonly<Record<string, AwsService>> = {
  AmazonEC2ContainerServiceV20141113: "ecs",
  Logs_20140328: "logs",
  secretsmanager: "secretsmanager",
  ServiceQuotasV20190624: "servicequotas",
};
const BY_VERSION: Readonly<Record<string, AwsService>> = {
  "2016-11-15": "ec2",
  "2011-06-15": "sts",
  "2010-05-08": "iam",
};

/** A call as AWS reads it off the wire. `header` gives a header's value, or nothing. */
export function readCall(header: (name: string) => string | null | undefined, body: string): WireCall {
  // Credential=<key>/<day>/<region>/<service>/aws4_request (AWS General Reference, "Signature Version 4").
  const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(header("authorization") ?? "")?.[1];
  const [prefix = "", named = ""] = (header("x-amz-target") ?? "").split(".");
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

/** A reply as AWS writes it on the wire. */
export function writeReply(
  { service, operation }: Pick<EcsRequest, "service" | "operation">,
  reply: Exclude<EcsReply, { said: "nothing" }>,
): { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const isXml = service === "ec2" || service === "sts" || service === "iam";
  const headers = {
    "content-type": isXml ? "text/xml" : "application/x-amz-json-1.1",
    "x-amzn-requestid": "r",
  };
  if (reply.said === "result") {
    const body = isXml ? writeXml(service, operation, reply.output) : JSON.stringify(reply.output);
    return { status: 200, headers, body };
  }
  const { code, message, status, resourceIds } = reply;
  const error = { __type: code, message, ...(resourceIds === undefined ? {} : { resourceIds }) };
  return { status, headers, body: isXml ? writeXmlError(service, code, message) : JSON.stringify(error) };
}
