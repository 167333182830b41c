import { z } from "zod";
import { hostNameProblem } from "../host-name.ts";
import { checkedText, listOf, wholeNumber } from "./fields.ts";
import * as limits from "./limits.ts";
import { id } from "./process.ts";

/** gRPC health checking protocol: the service's full name; empty asks for the whole server. */
const GRPC_SERVICE = /^(?:[A-Za-z_][A-Za-z0-9_.-]{0,254})?$/;
const MAX_HOST_CHARS = 253;

const portNumber = wholeNumber(1, 65_535);

export const port = portNumber.optional().describe("Short for route.port.");

export const route = z
  .strictObject({
    port: portNumber.optional().describe("Port the main container listens on; also its PORT variable."),
    protocol: z
      .enum(["http1", "h2c", "grpc"])
      .default("http1")
      .describe("What the container speaks on that port."),
    access: z
      .enum(["public", "private"])
      .optional()
      .describe("private: the gateway demands a route key. public if absent, private in previews."),
    hosts: listOf(checkedText(MAX_HOST_CHARS, hostNameProblem), limits.MAX_HOSTS)
      .default([])
      .describe("Your own host names, besides the address the gateway gives."),
    sticky: z.boolean().default(false).describe("Whether a client keeps to one replica."),
    timeoutSeconds: wholeNumber(1, limits.MAX_REQUEST_SECONDS)
      .default(60)
      .describe("Longest wait for an answer."),
    maxBodyMiB: wholeNumber(1, limits.MAX_BODY_MIB).default(32).describe("Largest request body in MiB."),
  })
  .optional()
  .describe("How requests reach a service.");

export const ports = listOf(
  z.strictObject({
    name: id.describe("The port's name."),
    port: portNumber.describe("The port's number."),
    protocol: z.enum(["tcp", "udp"]).default("tcp").describe("tcp or udp."),
  }),
  limits.MAX_PORTS,
)
  .default([])
  .describe("Ports open only inside the same agent pool or private network.");

export const health = z
  .strictObject({
    path: checkedText(limits.MAX_PATH_CHARS, healthPathProblem)
      .optional()
      .describe("HTTP path that answers 200 to 399 when the container is well."),
    grpc: checkedText(255, grpcServiceProblem)
      .optional()
      .describe("Service name asked by the gRPC health protocol; empty for the whole server."),
    aliveSeconds: wholeNumber(1, limits.MAX_STARTUP_SECONDS)
      .optional()
      .describe("For workers: well once it has run this long without exiting."),
    intervalSeconds: wholeNumber(1, limits.MAX_PROBE_SECONDS)
      .default(10)
      .describe("Time between two probes."),
    timeoutSeconds: wholeNumber(1, limits.MAX_PROBE_SECONDS)
      .default(2)
      .describe("Longest wait for a probe's answer."),
    failureThreshold: wholeNumber(1, 100)
      .default(3)
      .describe("Failed probes in a row that make a replica unready."),
    startupSeconds: wholeNumber(1, limits.MAX_STARTUP_SECONDS)
      .default(60)
      .describe("Time a new replica has until its first good probe."),
  })
  .prefault({})
  .describe(
    "How Berth knows that a replica is well. Without path, grpc or aliveSeconds: its port accepts a connection.",
  );

function healthPathProblem(path: string): string | undefined {
  if (!/^\/[\u0021-\u007e]*$/.test(path) || path.includes("#")) {
    return "write a path that starts with /, in printable ASCII without spaces and #";
  }
  const folders = path.split("?", 1)[0]?.split("/") ?? [];
  return folders.some((part) => part === ".." || part === ".")
    ? "write the path without . and .. in it"
    : undefined;
}

function grpcServiceProblem(service: string): string | undefined {
  return GRPC_SERVICE.test(service)
    ? undefined
    : "write the service's full name, such as acme.v1.Orders, or nothing";
}
