import type { Container, ContainerGroup, Usage } from "@azure/arm-containerinstance";

/** A type of the SDK as the JSON that goes over the wire: dates are ISO texts, and what may be left out may be undefined. */
type Json<T> = T extends Date
  ? string
  : T extends readonly (infer Entry)[]
    ? readonly Json<Entry>[]
    : T extends object
      ? string extends keyof T
        ? Readonly<Record<string, Json<T[keyof T]>>>
        : {
            readonly [Key in keyof T]: object extends Pick<T, Key> ? Json<T[Key]> | undefined : Json<T[Key]>;
          }
      : T;

type OuterFields = "id" | "name" | "type" | "location" | "tags" | "zones" | "identity";

/**
 * A container group as Azure Resource Manager's JSON has it (api-version 2023-05-01). The SDK's own model flattens `properties` away;
 * people, templates and the contract know this form.
 */
export type ArmGroup = Json<Pick<ContainerGroup, OuterFields>> & {
  readonly properties: Json<Omit<ContainerGroup, OuterFields | "containers">> & {
    readonly containers: readonly ArmContainer[];
  };
};

/** One container of a group, in the same form. */
export interface ArmContainer {
  readonly name: string;
  readonly properties: Json<Omit<Container, "name">>;
}

/** One quota of a region and how much of it is used. */
export type ArmUsage = Json<Usage>;

/** The tags of a group; none is an empty object. */
export function tagsIn(group: ArmGroup): Readonly<Record<string, string>> {
  return group.tags ?? {};
}
