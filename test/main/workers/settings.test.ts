import { expect, test } from "vitest";
import { hostsIn, isGatewayHost } from "../../../src/main/workers/settings.ts";

const isGateway = (env: Parameters<typeof hostsIn>[0], host: string) => isGatewayHost(hostsIn(env), host);

test("a host under the gateway's domain is the gateway's, the domain itself is not", () => {
  const env = { BERTH_GATEWAY_DOMAIN: "apps.example.com" };
  expect(isGateway(env, "web--default.apps.example.com")).toBe(true);
  expect(isGateway(env, "apps.example.com")).toBe(false);
  expect(isGateway(env, "evilapps.example.com")).toBe(false);
});

test("with the API's hosts named, every other host is the gateway's, and no domain takes them", () => {
  const env = { BERTH_GATEWAY_DOMAIN: "example.com", BERTH_API_HOSTS: "Berth.example.com, localhost" };
  expect(["berth.example.com", "localhost"].map((host) => isGateway(env, host))).toEqual([false, false]);
  expect(["shop.test", "web.example.com"].map((host) => isGateway(env, host))).toEqual([true, true]);
});

test("without settings every host is the API's", () => {
  expect(isGateway({}, "anything.test")).toBe(false);
  expect(isGateway({ BERTH_GATEWAY_DOMAIN: "", BERTH_API_HOSTS: "" }, "anything.test")).toBe(false);
});

test.each([
  ["BERTH_GATEWAY_DOMAIN", { BERTH_GATEWAY_DOMAIN: "https://apps.example.com" }],
  ["BERTH_GATEWAY_DOMAIN", { BERTH_GATEWAY_DOMAIN: "a.test,b.test" }],
  ["BERTH_API_HOSTS", { BERTH_API_HOSTS: "a.test:8787" }],
])("a wrong %s is refused by its name", (name, env) => {
  expect(() => hostsIn(env)).toThrow(name);
});
