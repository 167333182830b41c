import { fileURLToPath } from "node:url";
import type { Plugin } from "vitest/config";
import { JUDGED_ROOTS } from "./judged-roots.ts";

const VALIDATORS = fileURLToPath(new URL("arm-validators.ts", import.meta.url));

/**
 * For Vite, where tests run inside workerd: a Worker under test is composed with the registry that judges its sandboxes, and Azure's
 * validators come written out, for workerd makes no code from text.
 */
export function judgedInWorkerd(): Plugin {
  return {
    name: "berth:judged-in-workerd",
    enforce: "pre",
    resolveId(specifier, importer) {
      if (importer === undefined || !specifier.endsWith("/adapters/registry.ts")) return undefined;
      const judged = JUDGED_ROOTS.find(({ root }) => fileURLToPath(root) === importer);
      return judged === undefined ? undefined : fileURLToPath(judged.registry);
    },
    async load(id) {
      if (id !== VALIDATORS) return undefined;
      const { validatorsAsModule } = await import("./arm-validators.ts");
      return validatorsAsModule();
    },
  };
}
