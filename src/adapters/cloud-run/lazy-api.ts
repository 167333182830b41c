import { loadOnce } from "../load-once.ts";
import type { RunApi } from "./api.ts";

/**
 * The official client is large: it is loaded when it is first needed, and the control Worker loads it as it starts. A load that failed is
 * tried again with the next call.
 */
export function onFirstUse(load: () => Promise<RunApi>): RunApi {
  const api = loadOnce(load);
  return {
    list: async (...given) => await (await api()).list(...given),
    get: async (...given) => await (await api()).get(...given),
    create: async (...given) => await (await api()).create(...given),
    update: async (...given) => await (await api()).update(...given),
    remove: async (...given) => await (await api()).remove(...given),
    operation: async (...given) => await (await api()).operation(...given),
    execution: async (...given) => await (await api()).execution(...given),
    tasks: async (...given) => await (await api()).tasks(...given),
    cancel: async (...given) => await (await api()).cancel(...given),
  };
}
