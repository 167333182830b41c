import { builtInBook } from "../../src/catalog/shipped-book.ts";
import type { CloudPorts } from "../../src/adapters/cloud-ports.ts";
import { createThrottle } from "../../src/adapters/throttle.ts";
import { AdapterError } from "../../src/domain/fault.ts";
import { START } from "./fixtures.ts";

/** What cloud adapters need from outside, in memory: no network, no secret, no login, time that stands still. `over` replaces parts. */
export function testCloudPorts(over: Partial<CloudPorts> = {}): CloudPorts {
  const now = over.now ?? (() => START);
  const sleep = over.sleep ?? (async () => {});
  const send: CloudPorts["fetch"] =
    over.fetch ??
    (async (url) => {
      throw new TypeError(`nothing answers at ${String(url)}`);
    });
  return {
    book: builtInBook,
    now,
    sleep,
    draw: () => 0.5,
    throttle: createThrottle({ now, sleep }),
    installation: async () => ({ id: "ins_test", epoch: 1 }),
    secrets: async (_tenant, reference) => {
      throw new AdapterError("invalid", `There is no secret ${reference}.`);
    },
    registries: async () => undefined,
    assertion: async (target, audience) => `assertion.of.${target.id}.for.${audience}`,
    allowCustomEndpoints: true,
    ...over,
    fetch: async (url, init) => {
      refuseAsWorkersDo(init);
      return await send(url, init);
    },
  };
}

// The control Worker makes the same calls, and its fetch knows fewer inits than Node's.
function refuseAsWorkersDo({ redirect }: RequestInit = {}): void {
  if (redirect === "error")
    throw new TypeError(
      'Invalid redirect value, must be one of "follow" or "manual" ("error" won\'t be implemented).',
    );
}
