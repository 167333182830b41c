/** More levels of namespaces than Google's bundles have; a deeper one would not be one of theirs. */
const MOST_DEPTH = 12;

/**
 * Has protobufjs compile the code of every message type of a client now. workerd allows code to be made from text while a
 * Worker starts (`allow_eval_during_startup`) and never again, so a type met later would fail its first call.
 */
export function prepareGeneratedCode(client: object): void {
  for (const root of rootsOf(client)) prepare(root, 0);
}

// Each generated client keeps its bundle in `_protos`; those of its helpers (locations, operations) are kept likewise.
function rootsOf(client: object): readonly unknown[] {
  const helpers = [client, Reflect.get(client, "locationsClient")];
  return helpers.flatMap((helper: unknown) => {
    const root: unknown =
      typeof helper === "object" && helper !== null ? Reflect.get(helper, "_protos") : undefined;
    return root === undefined ? [] : [root];
  });
}

function prepare(type: unknown, depth: number): void {
  if (typeof type !== "object" || type === null || depth > MOST_DEPTH) return;
  const setup: unknown = Reflect.get(type, "setup");
  if (typeof setup === "function") setup.call(type);
  const nested: unknown = Reflect.get(type, "nestedArray");
  if (Array.isArray(nested)) for (const inner of nested) prepare(inner, depth + 1);
}
