import { expect, test } from "vitest";
import { parseAciConfig } from "../../src/adapters/aci/config.ts";
import { azureToken } from "../../src/adapters/aci/credentials.ts";
import type { Call } from "../../src/adapters/adapter.ts";
import type { CloudPorts } from "../../src/adapters/cloud-ports.ts";
import { parseCloudRunConfig } from "../../src/adapters/cloud-run/config.ts";
import { googleToken } from "../../src/adapters/cloud-run/credentials.ts";
import { parseEcsConfig } from "../../src/adapters/ecs/config.ts";
import { awsCredentials } from "../../src/adapters/ecs/credentials.ts";
import type { Target } from "../../src/store/instance.ts";
import { CONFIG as ACI } from "./aci/world.ts";
import { testCloudPorts } from "./cloud-ports.ts";
import { CONFIG as CLOUD_RUN } from "./cloud-run/settings.ts";
import { CONFIG as ECS } from "./ecs/world.ts";
import { call, target } from "./fixtures.ts";

const credentials = { secret: "long-lived" };
const aci = parseAciConfig({ ...ACI, credentials });
const cloudRun = parseCloudRunConfig({ ...CLOUD_RUN, credentials });
const ecs = parseEcsConfig({ ...ECS, credentials });

type Open = (row: Target, ports: CloudPorts) => (call: Call) => Promise<unknown>;
const CLOUDS: readonly (readonly [string, Open])[] = [
  ["aci", (row, ports) => azureToken(row, aci, ports)],
  ["cloud-run", (row, ports) => googleToken(row, cloudRun, ports)],
  ["ecs", (row, ports) => awsCredentials(row, ecs, ports, async () => ({}))],
];

test.each(CLOUDS)(
  "%s asks for no long-lived key of a target that belongs to the instance",
  async (_name, open) => {
    const asked: object[] = [];
    const secrets: CloudPorts["secrets"] = async (tenant) => {
      asked.push(tenant);
      return await Promise.resolve("key");
    };
    const row = target("ecs", {}, { project: undefined, name: "shared" });
    await expect(open(row, testCloudPorts({ secrets }))(call())).rejects.toMatchObject({
      kind: "denied",
      message: expect.stringMatching(/^Target shared belongs to the instance.*: remove credentials/),
    });
    expect(asked).toEqual([]);
  },
);
