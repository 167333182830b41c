import type { Exception } from "../domain/exception.ts";
import { missingFor, speaksFor, type Excepted } from "../policy/rules/lift.ts";
import type { StoredPolicy } from "../store/store.ts";
import type { Caller, Ports } from "./ports.ts";
import { INSTANCE } from "./stored-policies.ts";

/** Every rule and freeze of the stored policies of the caller's project and of the instance, as exceptions see them. */
export async function exceptedRules(
  ports: Pick<Ports, "store">,
  caller: Caller,
): Promise<readonly Excepted[]> {
  const policies = await ports.store.policies([INSTANCE, caller.project.id]);
  return policies.flatMap((policy) =>
    ["rules", "freezes"].flatMap((list) => exceptedIn(policy, policy.document[list])),
  );
}

/** What an exception still waits for before it lifts all that has its name in stored policies; undefined when nothing. */
export function waitsFor(
  exception: Exception,
  rules: readonly Excepted[],
): { readonly missing: number; readonly because: string } | undefined {
  const lacks = rules
    .filter((rule) => speaksFor(exception, rule))
    .map((rule) => missingFor(exception, rule))
    .filter((lack) => lack !== undefined);
  if (lacks.length === 0) return undefined;
  const missing = Math.max(...lacks.map(({ people }) => people), 1);
  const ofInstance = lacks.some(({ administrator }) => administrator)
    ? ", an administrator of the instance among them"
    : "";
  const who = missing === 1 ? "1 person" : `${missing} people`;
  return {
    missing,
    because: `it lifts nothing yet: ${who} other than ${exception.requester.actor} must approve it${ofInstance}`,
  };
}

// Documents are as they were sent: one that cannot be read any more is no reason to say nothing.
function exceptedIn(
  { owner, name: policy, version, hash }: StoredPolicy,
  rules: unknown,
): readonly Excepted[] {
  const list: readonly unknown[] = Array.isArray(rules) ? rules : [];
  const layer = { layer: owner === INSTANCE ? "instance" : "project", name: policy, version, hash } as const;
  return list.flatMap((one) => {
    const [name, effect, approvals, mode] = ["name", "effect", "approvals", "mode"].map((field): unknown =>
      Reflect.get(Object(one), field),
    );
    if (typeof name !== "string") return [];
    return [
      {
        name,
        layer,
        ...(effect === "deny" || effect === "approve" || effect === "warn" ? { effect } : {}),
        ...(mode === "audit" || mode === "enforce" ? { mode } : {}),
        ...(typeof approvals === "number" ? { approvals } : {}),
      },
    ];
  });
}
