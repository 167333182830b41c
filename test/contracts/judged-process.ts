import { registerHooks } from "node:module";
import { JUDGED_ROOTS, REAL } from "./judged-roots.ts";

/** For `node --import`: the broker runs as it is, but that its sandboxes are judged by the clouds' contracts. */
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    if (found.url !== REAL.href) return found;
    const judged = JUDGED_ROOTS.find(({ root }) => root.href === context.parentURL);
    return judged === undefined ? found : { ...found, url: judged.registry.href };
  },
});
