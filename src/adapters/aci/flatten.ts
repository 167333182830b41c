import type { ContainerGroup } from "@azure/arm-containerinstance";
import type { ArmGroup } from "./arm.ts";

/** ARM's form of a group as the SDK's model, which has the fields of `properties` one level up. */
export function flattened({ properties, ...outer }: ArmGroup): ContainerGroup {
  const { containers, ...inner } = properties;
  const flat = {
    ...outer,
    ...inner,
    containers: containers.map(({ name, properties: own }) => ({ ...own, name })),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same document; ArmGroup is made from this very type
  return JSON.parse(JSON.stringify(flat)) as ContainerGroup;
}

/** What the SDK has read, in ARM's own form, with its dates as texts again. */
export function nested(group: ContainerGroup): ArmGroup {
  const { id, name, type, location, tags, zones, identity, containers, ...properties } = group;
  const document = {
    id,
    name,
    type,
    location,
    tags,
    zones,
    identity,
    properties: {
      ...properties,
      containers: containers.map(({ name: own, ...rest }) => ({ name: own, properties: rest })),
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same document; ArmGroup is made from this very type
  return JSON.parse(JSON.stringify(document)) as ArmGroup;
}
