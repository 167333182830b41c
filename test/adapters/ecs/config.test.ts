import { describe, expect, test } from "vitest";
import { ecsAdapter } from "../../../src/adapters/ecs/index.ts";
import { parseEcsConfig } from "../../../src/adapters/ecs/config.ts";
import { Fault } from "../../../src/domain/fault.ts";
import { testCloudPorts } from "../cloud-ports.ts";
import { target } from "../fixtures.ts";
import { CONFIG } from "./world.ts";

function problemsOf(document: unknown): readonly string[] {
  try {
    parseEcsConfig(document);
  } catch (error) {
    if (error instanceof Fault) return error.problems.map(({ pointer }) => pointer);
    throw error;
  }
  return [];
}

describe("a target of kind ecs", () => {
  test("is read with its defaults", () => {
    expect(parseEcsConfig({ kind: "ecs", ...CONFIG })).toMatchObject({
      regions: [{ region: "eu-west-1", cluster: "berth" }],
      address: "name",
      logGroup: "/berth",
      onDemandBase: 0,
      endpoints: {},
    });
  });

  test.each([
    ["no account", { accountId: "12" }, "/accountId"],
    ["a cluster's ARN", { cluster: "arn:aws:ecs:eu-west-1:1:cluster/x" }, "/cluster"],
    ["no subnet", { subnets: [] }, "/subnets"],
    ["17 subnets", { subnets: Array.from({ length: 17 }, () => "subnet-0123456789abcdef0") }, "/subnets"],
    [
      "6 security groups",
      { securityGroups: Array.from({ length: 6 }, () => "sg-0123456789abcdef0") },
      "/securityGroups",
    ],
    ["a region that is none", { region: "Europe" }, "/region"],
    ["a region the catalog knows nothing of", { region: "us-gov-north-1" }, "/region"],
    ["no execution role", { roles: { berth: CONFIG.roles.berth } }, "/roles/execution"],
    ["neither a role nor keys", { roles: { execution: CONFIG.roles.execution } }, "/roles/berth"],
    ["a role that is no ARN", { roles: { ...CONFIG.roles, task: "me" } }, "/roles/task"],
    ["a way to reach tasks that is none", { address: "carrier-pigeon" }, "/address"],
    ["more services than share a balancer", { expressServices: 26 }, "/expressServices"],
    ["a field that does not exist", { clusters: "x" }, "/clusters"],
    ["an endpoint in clear text elsewhere", { endpoints: { ecs: "http://example.com" } }, "/endpoints/ecs"],
    ["an endpoint with a password", { endpoints: { ecs: "https://a:b@example.com" } }, "/endpoints/ecs"],
    ["an endpoint of no service", { endpoints: { s3: "https://example.com" } }, "/endpoints/s3"],
    ["region and regions", { regions: [{}] }, "/regions"],
  ])("with %s is refused at its field", (_what, changes, pointer) => {
    expect(problemsOf({ ...CONFIG, ...changes })).toContain(pointer);
  });

  test("names each of several regions once, with its own network", () => {
    const { region, cluster, subnets, securityGroups, ...rest } = CONFIG;
    const one = { region, cluster, subnets, securityGroups };
    expect(problemsOf({ ...rest, regions: [one, { ...one, region: "us-east-1" }] })).toEqual([]);
    expect(problemsOf({ ...rest, regions: [one, one] })).toEqual(["/regions"]);
    expect(problemsOf({ ...rest, regions: [] })).toEqual(["/regions"]);
    expect(problemsOf({ ...rest, regions: [{ ...one, subnets: ["x"] }] })).toEqual(["/regions/0/subnets"]);
  });

  test("may use long-lived keys of a sealed secret instead of a role", () => {
    const roles = { execution: CONFIG.roles.execution };
    expect(parseEcsConfig({ ...CONFIG, roles, credentials: { secret: "aws-keys" } }).credentials).toEqual({
      secret: "aws-keys",
      environment: "production",
    });
    expect(problemsOf({ ...CONFIG, roles, credentials: {} })).toEqual(["/credentials/secret"]);
  });

  test("names its own endpoints only where the instance allows it", () => {
    const row = target("ecs", { ...CONFIG, endpoints: { ecs: "https://ecs.internal.example" } });
    expect(ecsAdapter(row, testCloudPorts({ allowCustomEndpoints: true })).provider).toBe("ecs");
    expect(() => ecsAdapter(row, testCloudPorts({ allowCustomEndpoints: false }))).toThrow(
      /BERTH_ALLOW_CUSTOM_ENDPOINTS=1/,
    );
  });
});
