import type { Because } from "../domain/feature.ts";
import { closed, everyEntry, isExactly, isInnerPath, isRecord, isWhole, must } from "./guard-fields.ts";
import type { Rule } from "./guard-fields.ts";

import type { Rules } from "./guard-rules.ts";
import type { Limits } from "./limits.ts";
import { containerName, MAIN, volumeName } from "./mark.ts";

const MEBIBYTE = 1_048_576;
const NANOS_PER_MILLICPU = 1_000_000;
/** Docker refuses less than this (Engine API 1.41, `HostConfig.Memory`: 6 MB). */
const LEAST_MEMORY_BYTES = 6 * MEBIBYTE;
const MOST = Number.MAX_SAFE_INTEGER;
const LOG_DRIVERS = ["json-file", "k8s-file", "local"];
const LOG_OPTIONS = ["max-size", "max-file"];

/** Every reason against the part of a container that touches its host. Limits, dropped capabilities and no-new-privileges must be there. */
export function judgeHost(host: unknown, own: Own, { limits, publishOn }: Rules): readonly Because[] {
  const network = isRecord(host) ? host["NetworkMode"] : undefined;
  const joins = own.isMain || network !== undefined ? [] : ["a sidecar must join its own replica's network"];
  return [...joins, ...closed("HostConfig", hostRules(own, limits, publishOn), REQUIRED)(host)];
}

const REQUIRED = ["NanoCpus", "Memory", "PidsLimit", "CapDrop", "SecurityOpt", "RestartPolicy"];

function hostRules(own: Own, limits: Limits, publishOn: readonly string[]): Readonly<Record<string, Rule>> {
  const cpuMost = limits.maxMilliCpu === undefined ? MOST : limits.maxMilliCpu * NANOS_PER_MILLICPU;
  const memoryMost = limits.maxMemoryMiB === undefined ? MOST : limits.maxMemoryMiB * MEBIBYTE;
  const mainName = containerName(own.unitName, own.replica, MAIN);
  return {
    NetworkMode: must("only the engine's own bridge, or its own replica's network, may be joined", (value) =>
      own.isMain ? value === "default" : value === `container:${mainName}`,
    ),
    PortBindings: must(
      `ports may only be published on ${publishOn.join(" or ")}, at a port the engine picks`,
      (value) =>
        own.isMain &&
        everyEntry(
          value,
          (port, bindings) => /^\d{1,5}\/tcp$/.test(port) && areBindings(bindings, publishOn),
        ),
    ),
    Mounts: must(
      "only this replica's own volumes, and host directories the owner lists, may be mounted",
      (value) =>
        Array.isArray(value) &&
        value.every((mount) => isOwnVolume(mount, own) || isAllowedBind(mount, limits.mounts)),
    ),
    NanoCpus: must(`CPU must be limited${atMost(limits.maxMilliCpu, "milli-CPU")}`, (value) =>
      isWhole(value, 1, cpuMost),
    ),
    Memory: must(`memory must be limited${atMost(limits.maxMemoryMiB, "MiB")}, 6 MiB at least`, (value) =>
      isWhole(value, LEAST_MEMORY_BYTES, memoryMost),
    ),
    PidsLimit: must(`processes must be limited to ${String(limits.pidsLimit)} at most`, (value) =>
      isWhole(value, 1, limits.pidsLimit),
    ),
    CapDrop: must("all capabilities must be dropped", (value) => isExactly(value, ["ALL"])),
    CapAdd: must(
      `capabilities may not be added${limits.capabilities.length > 0 ? `, but for ${limits.capabilities.join(", ")}` : ""}`,
      (value) => Array.isArray(value) && value.every((name) => limits.capabilities.includes(String(name))),
    ),
    SecurityOpt: must("SecurityOpt must be no-new-privileges and nothing else", (value) =>
      isExactly(value, ["no-new-privileges"]),
    ),
    RestartPolicy: must(
      "the agent restarts containers, never the engine",
      (value) => isRecord(value) && Object.keys(value).length === 1 && value["Name"] === "no",
    ),
    LogConfig: closed("LogConfig", LOG_RULES, ["Type"]),
  };
}

const LOG_RULES: Readonly<Record<string, Rule>> = {
  Type: must(`logs stay on the host: ${LOG_DRIVERS.join(", ")}`, (value) =>
    LOG_DRIVERS.includes(String(value)),
  ),
  Config: must(`only ${LOG_OPTIONS.join(" and ")} of a log may be set`, (value) =>
    everyEntry(value, (key, text) => LOG_OPTIONS.includes(key) && /^\d{1,6}[a-z]{0,2}$/.test(String(text))),
  ),
};

const areBindings = (value: unknown, publishOn: readonly string[]): boolean =>
  Array.isArray(value) &&
  value.length === 1 &&
  value.every(
    (binding) =>
      isRecord(binding) &&
      Object.keys(binding).every((key) => key === "HostIp" || key === "HostPort") &&
      publishOn.includes(String(binding["HostIp"])) &&
      binding["HostPort"] === "0",
  );

const isOwnVolume = (mount: unknown, own: Own): boolean =>
  hasOnly(mount, ["Type", "Source", "Target"]) &&
  mount["Type"] === "volume" &&
  typeof mount["Source"] === "string" &&
  mount["Source"].startsWith(volumeName(own.unitName, own.replica, "")) &&
  /^[a-z0-9-]{3,200}$/.test(mount["Source"]) &&
  isInnerPath(mount["Target"]);

const isAllowedBind = (mount: unknown, allowed: readonly string[]): boolean =>
  hasOnly(mount, ["Type", "Source", "Target", "ReadOnly"]) &&
  mount["Type"] === "bind" &&
  mount["ReadOnly"] === true &&
  isInnerPath(mount["Target"]) &&
  isInnerPath(mount["Source"]) &&
  allowed.includes(mount["Source"]);

const hasOnly = (value: unknown, keys: readonly string[]): value is Readonly<Record<string, unknown>> =>
  isRecord(value) && Object.keys(value).every((key) => keys.includes(key));

const atMost = (most: number | undefined, unit: string): string =>
  most === undefined ? "" : ` to ${String(most)} ${unit}`;

/** Whose container it is, by its mark. */
export interface Own {
  readonly unitName: string;
  readonly replica: number;
  readonly isMain: boolean;
}
