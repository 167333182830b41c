/** Where `adapterFactories` is composed from, as every composition root of ours imports it. */
export const REAL = new URL("../../src/adapters/registry.ts", import.meta.url);

/**
 * Composition roots that take no ports: their tests run them as they are, but with another registry in place of `REAL`, which is the same
 * with a judge over its sandboxes. Each by its file.
 */
export const JUDGED_ROOTS: readonly { readonly root: URL; readonly registry: URL }[] = [
  {
    root: new URL("../../src/main/node.ts", import.meta.url),
    registry: new URL("judged-registry.ts", import.meta.url),
  },
  {
    root: new URL("../../src/main/workers/control-ports.ts", import.meta.url),
    registry: new URL("../workerd/judged-registry.ts", import.meta.url),
  },
];
