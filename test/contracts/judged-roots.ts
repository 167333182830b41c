/** Where `adapterFactories` is composed from, as every composition root of ours imports it. */
export const REAL = new URL("../../src/adapters/registry.ts", import.meta.url);

/**
 * Composition roots that take no ports: their tests run them as they are, but with another registry in place of `REAL`, which is the same
 * with a judge over its sandboxes. Each by its file.
 */
export const JUDGED_ROOTS: readonly { readonly root: URL; readonly registry: URL }[] = [
  { root: of("../../src/main/node.ts"), registry: of("judged-registry.ts") },
  { root: of("../../src/main/workers/control-ports.ts"), registry: of("../workerd/judged-registry.ts") },
];

function of(path: string): URL {
  return new URL(path, import.meta.url);
}
