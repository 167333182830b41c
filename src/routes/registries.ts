import { z } from "zod";
import type { Ports } from "../broker/ports.ts";
import { deleteRegistry, listRegistries, putRegistry, readRegistry } from "../broker/registries.ts";
import { json, noContent } from "./answer.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { jsonBody } from "./json-body.ts";

const call = endpoint<Ports>();

const Login = z.strictObject({
  username: z.string().describe("For instance a robot's name, AWS, oauth2accesstoken or _json_key."),
  password: z.string().describe("Write-only: it is sealed, and no call answers it."),
});

/** What private images are read and pulled with. */
export const registryEndpoints: readonly Endpoint<Ports>[] = [
  call({
    method: "GET",
    path: "/v1/registries",
    guard: "registries:read",
    runs: "control",
    tag: "registries",
    summary: "List logins of registries",
    description: "Hosts and user names; never a password.",
    answers: { 200: { description: "The logins, by host.", schema: "RegistryList" } },
    handler: async ({ ports, caller }) => json(200, { registries: await listRegistries(ports, caller) }),
  }),
  call({
    method: "GET",
    path: "/v1/registries/{host}",
    guard: "registries:read",
    runs: "control",
    tag: "registries",
    summary: "Read the login of a registry",
    answers: { 200: { description: "Host and user name.", schema: "Registry" } },
    handler: async ({ ports, caller, params }) => json(200, await readRegistry(ports, caller, params.host)),
  }),
  call({
    method: "PUT",
    path: "/v1/registries/{host}",
    guard: "registries:write",
    runs: "control",
    tag: "registries",
    summary: "Give Berth the login of a registry",
    description:
      "The host as images name it: ghcr.io, docker.io, 123456789012.dkr.ecr.eu-west-1.amazonaws.com. One login for each host; what is " +
      "there is replaced.",
    body: jsonBody(Login),
    secretBody: true,
    answers: {
      200: { description: "Replaced.", schema: "Registry" },
      201: { description: "Kept.", schema: "Registry" },
    },
    handler: async ({ ports, caller, params, body }) => {
      const { registry, created } = await putRegistry(ports, caller, params.host, body);
      return json(created ? 201 : 200, registry);
    },
  }),
  call({
    method: "DELETE",
    path: "/v1/registries/{host}",
    guard: "registries:write",
    runs: "control",
    tag: "registries",
    summary: "Forget the login of a registry",
    description: "What runs goes on; images are read and pulled without a login from now on.",
    answers: { 204: { description: "Forgotten." } },
    handler: async ({ ports, caller, params }) => {
      await deleteRegistry(ports, caller, params.host);
      return noContent();
    },
  }),
];
