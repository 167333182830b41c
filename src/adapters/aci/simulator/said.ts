import type { ArmContainer } from "../arm.ts";
import { imageRule } from "./image-rule.ts";
import type { AciSimRules } from "./rules.ts";
import type { SimGroup } from "./state.ts";

/** What a simulated container has said until `now`, oldest first, as the logs operation gives it. */
export function saidBy(
  container: ArmContainer,
  group: SimGroup,
  now: number,
  rules: AciSimRules,
  timestamps: boolean,
): readonly string[] {
  const { create, ready } = rules.delaysMs;
  const startsAt = group.startedAt + create + ready;
  if (now < startsAt) return [];
  const port = container.properties.ports?.[0]?.port;
  const own =
    port === undefined ? `${container.name} is running` : `${container.name} listens on port ${port}`;
  const lines = imageRule(container, rules)?.lines ?? [own];
  return lines.map((line, index) =>
    timestamps ? `${new Date(startsAt + index).toISOString()} ${line}` : line,
  );
}
