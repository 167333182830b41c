import type { Cloud } from "../domain/place.ts";
import type { Flag, Given } from "./command.ts";
import { usage } from "./refusal.ts";

/** A flag that says one field of a target which has a default, or which not every account needs. */
interface CloudField {
  readonly flag: Flag & { readonly value: string };
  /** Where it stands in the target's body. */
  readonly field: readonly [string, string?];
  readonly read: (text: string, flag: string) => unknown;
}

/** What can be said of a target besides what its cloud cannot do without. */
export const CLOUD_FIELDS: Readonly<Record<Cloud, readonly CloudField[]>> = {
  ecs: [
    one("task-role", "ARN", ["roles", "task"], "aws: what the containers are in AWS; default none"),
    one(
      "infrastructure-role",
      "ARN",
      ["roles", "infrastructure"],
      "aws: lets HTTP services have Express Mode's balancer and HTTPS URL",
    ),
    one("address", "HOW", ["address"], "aws: tasks without Express Mode by name, ip or private"),
    one("log-group", "NAME", ["logGroup"], "aws: of CloudWatch, has to exist; default /berth"),
    whole("on-demand-base", ["onDemandBase"], "aws: tasks of a Spot unit that run on demand all the same"),
    whole("on-demand-vcpu", ["quota", "onDemandVcpu"], "aws: vCPUs Berth may have in a region on demand"),
    whole("spot-vcpu", ["quota", "spotVcpu"], "aws: vCPUs Berth may have in a region on Spot"),
  ],
  aci: [
    {
      flag: {
        name: "identities",
        value: "LIST",
        summary: "azure: resource ids of managed identities that specs may name in x-aci, by commas",
      },
      field: ["userAssignedIdentities"],
      read: listed,
    },
  ],
  "cloud-run": [
    {
      flag: {
        name: "remote-repositories",
        value: "LIST",
        summary: "gcp: HOST=REPOSITORY by commas: Artifact Registry in front of other registries",
      },
      field: ["remoteRepositories"],
      read: pairs,
    },
    one("invoker", "WHO", ["invoker"], "gcp: private lets only the gateway call services; default public"),
  ],
};

/** What can be said of a target of any cloud. */
export const ANY_CLOUD_FIELDS: readonly CloudField[] = [
  one(
    "secret",
    "NAME",
    ["credentials", "secret"],
    "a cloud: a sealed long-lived key, where keyless cannot be",
  ),
  one(
    "secret-environment",
    "NAME",
    ["credentials", "environment"],
    "a cloud: where that secret is; default production",
  ),
  {
    flag: {
      name: "endpoints",
      value: "LIST",
      summary: "a cloud: SERVICE=URL by commas (VPC endpoints, emulators), where the instance allows it",
    },
    field: ["endpoints"],
    read: pairs,
  },
];

/** A target's body with what these flags say added to it. Throws a usage `Refusal` for what cannot be read. */
export function withCloudFields(
  cloud: Cloud,
  body: Readonly<Record<string, unknown>>,
  given: Given,
): Readonly<Record<string, unknown>> {
  if (given.flags["secret-environment"] !== undefined && given.flags["secret"] === undefined)
    throw usage("--secret-environment says where the secret is that --secret names; say both");
  const whole: Record<string, unknown> = { ...body };
  for (const { flag, field, read } of [...CLOUD_FIELDS[cloud], ...ANY_CLOUD_FIELDS]) {
    const text = given.flags[flag.name];
    if (text === undefined) continue;
    const [head, inner] = field;
    const value = read(text, flag.name);
    whole[head] = inner === undefined ? value : { ...Object(whole[head]), [inner]: value };
  }
  return whole;
}

/** Words by commas. */
export function listed(text = ""): readonly string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function one(name: string, value: string, field: CloudField["field"], summary: string): CloudField {
  return { flag: { name, value, summary }, field, read: (text) => text };
}

function whole(name: string, field: CloudField["field"], summary: string): CloudField {
  const read = (text: string) => {
    if (!/^\d{1,7}$/.test(text)) throw usage(`--${name} ${text} is not a whole number`);
    return Number(text);
  };
  return { flag: { name, value: "NUMBER", summary }, field, read };
}

function pairs(text: string, flag: string): Readonly<Record<string, string>> {
  const said = listed(text).map((word) => {
    const at = word.indexOf("=");
    if (at < 1 || at === word.length - 1)
      throw usage(`--${flag} ${word} is no pair; write it as NAME=VALUE, several by commas`);
    return [word.slice(0, at), word.slice(at + 1)] as const;
  });
  return Object.fromEntries(said);
}
