import type { FieldFidelity, Refusal } from "../domain/feature.ts";
import type { Needs } from "../domain/needs.ts";

/** The refusal of more containers than a place takes in one replica. */
export function tooManyContainers(needs: Needs, most: number, what: string): readonly Refusal[] {
  if (needs.containers <= most) return [];
  const message = `${what} has at most ${most} containers: remove ${needs.containers - most} of the sidecars`;
  return [{ rule: "limit", message, pointer: "/sidecars" }];
}

/** That routed traffic reaches a replica unencrypted; nothing for needs without a route. */
export function clearText(needs: Needs, message: string): readonly FieldFidelity[] {
  return needs.route === undefined ? [] : [{ field: "/route", level: "emulated", message }];
}
