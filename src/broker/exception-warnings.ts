import { didYouMean } from "../domain/did-you-mean.ts";
import type { Caller, Ports } from "./ports.ts";
import { INSTANCE } from "./stored-policies.ts";

/**
 * What whoever asks for an exception should know: that no stored policy of the project or the instance has a rule or freeze of that
 * name. It is no error, for a spec may say one inline, and a policy may come.
 */
export async function exceptionWarnings(
  ports: Pick<Ports, "store">,
  caller: Caller,
  rule: string,
): Promise<readonly string[]> {
  const policies = await ports.store.policies([INSTANCE, caller.project.id]);
  const names = policies.flatMap(({ document }) => [
    ...namesIn(document["rules"]),
    ...namesIn(document["freezes"]),
  ]);
  if (names.includes(rule)) return [];
  const near = didYouMean(rule, names);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  return [
    `no stored policy has a rule or freeze ${rule}, so it lifts only what specs say inline under that name${hint}`,
  ];
}

// Documents are as they were sent: one that cannot be read any more is no reason to say nothing.
function namesIn(rules: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(rules) ? rules : [];
  return list.flatMap((one) => {
    const name: unknown = Reflect.get(Object(one), "name");
    return typeof name === "string" ? [name] : [];
  });
}
