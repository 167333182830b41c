import { registerHooks } from "node:module";

/**
 * For `node --import`: the broker runs as it is, but that its sandboxes are judged by the clouds' contracts. Its composition root takes
 * no ports, so the registry it composes is exchanged for the same one with a judge.
 */
const main = new URL("../../src/main/node.ts", import.meta.url).href;
const real = new URL("../../src/adapters/registry.ts", import.meta.url).href;
const judged = new URL("judged-registry.ts", import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    return found.url === real && context.parentURL === main ? { ...found, url: judged } : found;
  },
});
