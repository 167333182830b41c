import { DEFAULT_LIMITS, type Limits } from "../../src/agent/limits.ts";
import {
  FENCE_MARGIN_MS,
  LEASE_MS,
  POLL_MS,
  REPLACE_AFTER_MS,
  SILENT_AFTER_MS,
} from "../../src/domain/agent-timing.ts";
import { leaseTimes } from "../../src/agent/lease.ts";
import { code, table } from "./table.ts";

const FIELDS: Readonly<Record<keyof Limits, string>> = {
  registries:
    'Where images may come from: `"*"`, a registry (`ghcr.io`), or a registry with a path (`ghcr.io/acme`).',
  capabilities:
    "Linux capabilities given back to every container after all were dropped, such as `NET_BIND_SERVICE`. `ALL` is refused.",
  mounts: "Host directories that may be mounted, read-only. No spec can ask for one yet, so leave it empty.",
  maxContainers: "Most containers, sidecars too, that this agent may hold.",
  maxMilliCpu: "Most CPU of one container, in thousandths of a core.",
  maxMemoryMiB: "Most memory of one container.",
  pidsLimit: "Most processes and threads of one container. Every container gets this limit.",
};

/** Every field of `agent.yaml`, and what holds without it. */
export function guardFields(): string {
  const rows = Object.entries(FIELDS).map(([field, means]) => {
    const value: unknown = Reflect.get(DEFAULT_LIMITS, field);
    return [code(field), value === undefined ? "no limit" : code(JSON.stringify(value)), means];
  });
  return table(["field", "default", "meaning"], rows);
}

const seconds = (ms: number): string => `${ms / 1_000} s`;

/** What happens when, after an agent's last word. */
export function silence(): string {
  const { stopAt, killAt } = leaseTimes(0, LEASE_MS);
  const least = seconds(LEASE_MS + FENCE_MARGIN_MS);
  return table(
    ["after", "what happens"],
    [
      [seconds(POLL_MS), "an agent in order has synced again"],
      [seconds(SILENT_AFTER_MS), "its host gets no traffic"],
      [
        seconds(REPLACE_AFTER_MS),
        "its host gets no new units; units with `unreachable: replace` start elsewhere",
      ],
      [seconds(stopAt), "an agent that lives but hears nothing stops its `fence` units"],
      [seconds(killAt), "the watchdog, a process of its own, kills what still runs of them"],
      [
        `${least} + \`stopGraceSeconds\``,
        "the broker takes a `fence` unit for stopped and starts it elsewhere",
      ],
    ],
  );
}
