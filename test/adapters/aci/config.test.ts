import { expect, test } from "vitest";
import { parseAciConfig } from "../../../src/adapters/aci/config.ts";
import { aciAdapter } from "../../../src/adapters/aci/index.ts";
import { Fault } from "../../../src/domain/fault.ts";
import { testCloudPorts } from "../cloud-ports.ts";
import { target } from "../fixtures.ts";
import { CONFIG, IDENTITY_ID } from "./world.ts";

function pointersOf(document: object): readonly string[] {
  try {
    parseAciConfig(document);
    return [];
  } catch (error) {
    if (error instanceof Fault) return error.problems.map(({ pointer }) => pointer);
    throw error;
  }
}

test("a full configuration is read, and one region may be written alone", () => {
  expect(pointersOf({ kind: "aci", ...CONFIG })).toEqual([]);
  const { regions: _regions, ...rest } = CONFIG;
  expect(parseAciConfig({ ...rest, region: "eastus" }).regions).toEqual(["eastus"]);
  expect(parseAciConfig(CONFIG).endpoints.resourceManager).toBe("https://management.azure.com");
});

test.each([
  [{ tenantId: "tenant" }, "/tenantId"],
  [{ clientId: undefined }, "/clientId"],
  [{ subscriptionId: "../../x" }, "/subscriptionId"],
  [{ resourceGroup: "a/b" }, "/resourceGroup"],
  [{ resourceGroup: "ends." }, "/resourceGroup"],
  [{ regions: [] }, "/regions"],
  [{ regions: ["westeurop"] }, "/regions"],
  [{ regions: ["eastus", "eastus"] }, "/regions"],
  [{ region: "eastus" }, "/regions"],
  [{ credentials: {} }, "/credentials/secret"],
  [{ credentials: { secret: "s", key: "k" } }, "/credentials/key"],
  [{ endpoints: { resourceManager: "http://azure.example" } }, "/endpoints/resourceManager"],
  [{ endpoints: { login: "https://login.example/path" } }, "/endpoints/login"],
  [{ endpoints: { resourceManager: "https://user@azure.example" } }, "/endpoints/resourceManager"],
  [{ userAssignedIdentities: ["api"] }, "/userAssignedIdentities"],
  [{ userAssignedIdentities: [IDENTITY_ID, IDENTITY_ID] }, "/userAssignedIdentities"],
  [{ subnets: ["x"] }, "/subnets"],
])("a wrong field is named (%j)", (change, pointer) => {
  expect(pointersOf({ ...CONFIG, ...change })).toContain(pointer);
});

test("endpoints of a target's own are refused where the instance does not allow them", () => {
  const own = target("aci", { ...CONFIG, endpoints: { resourceManager: "https://management.example" } });
  expect(() => aciAdapter(own, testCloudPorts({ allowCustomEndpoints: false }))).toThrow(Fault);
  expect(aciAdapter(own, testCloudPorts({ allowCustomEndpoints: true })).provider).toBe("aci");
});
