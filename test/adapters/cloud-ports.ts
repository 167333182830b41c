import { builtInBook } from "../../src/catalog/book.ts";
import type { CloudPorts } from "../../src/adapters/cloud-ports.ts";
import { createThrottle } from "../../src/adapters/throttle.ts";
import { AdapterError } from "../../src/domain/fault.ts";
import { START } from "./fixtures.ts";

/** What cloud adapters need from outside, in memory: no network, no secret, no login, time that stands still. `over` replaces parts. */
export function testCloudPorts(over: Partial<CloudPorts> = {}): CloudPorts {
  const now = over.now ?? (() => START);
  const sleep = over.sleep ?? (async () => {});
  return {
    book: builtInBook,
    now,
    sleep,
    draw: () => 0.5,
    fetch: async (url) => {
      throw new TypeError(`nothing answers at ${String(url)}`);
    },
    throttle: createThrottle({ now, sleep }),
    installation: async () => ({ id: "ins_test", epoch: 1 }),
    secrets: async (_tenant, reference) => {
      throw new AdapterError("invalid", `There is no secret ${reference}.`);
    },
    registries: async () => undefined,
    assertion: async (target, audience) => `assertion.of.${target.id}.for.${audience}`,
    allowCustomEndpoints: true,
    ...over,
  };
}
