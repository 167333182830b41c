import { memoryText } from "../../catalog/size-text.ts";
import type { AgentReport } from "../../domain/agent.ts";
import { REPLACE_AFTER_MS } from "../../domain/agent-timing.ts";
import { type Refusal, refusals } from "../../domain/feature.ts";
import type { Needs } from "../../domain/needs.ts";
import type { Agent } from "../../store/instance.ts";
import { AGENT_FEATURES } from "./features.ts";

/** Every reason why this host cannot take these needs now. Room is not among them: `capacityReplicas` says how much there is. */
export function hostRefusals(needs: Needs, agent: Agent, now: number): readonly Refusal[] {
  const { report } = agent;
  const demanded = refusals(needs.demands, AGENT_FEATURES);
  if (report === undefined)
    return [
      ...demanded,
      refusal("agent", `The agent ${agent.name} has joined but not reported yet: wait for its first sync`),
    ];
  return [
    ...demanded,
    ...silence(agent.name, report, now),
    ...engine(agent.name, report),
    ...size(needs, agent.name, report),
    ...guard(needs, agent.name, report),
  ];
}

function silence(name: string, report: AgentReport, now: number): readonly Refusal[] {
  const silentMs = now - report.seenAt;
  if (silentMs < REPLACE_AFTER_MS) return [];
  return [
    refusal(
      "agent",
      `The agent ${name} has been silent for ${Math.round(silentMs / 1_000)} s: start it again, or mend its way to the broker`,
    ),
  ];
}

function engine(name: string, report: AgentReport): readonly Refusal[] {
  if (report.engineOk) return [];
  return [
    refusal(
      "agent-engine",
      `The container engine of ${name} does not answer its agent: start ${report.engine} again on that host`,
    ),
  ];
}

function size(needs: Needs, name: string, { arch, capacity }: AgentReport): readonly Refusal[] {
  const found: Refusal[] = [];
  if (needs.arch !== "any" && needs.arch !== arch)
    found.push(
      refusal(
        "agent-arch",
        `The host ${name} is ${arch}: set resources.arch to ${arch} or any, with an image built for it`,
        "/resources/arch",
      ),
    );
  if (needs.milliCpu > capacity.milliCpu)
    found.push(
      refusal(
        "size",
        `The host ${name} has ${capacity.milliCpu / 1_000} CPUs in all: ask for no more than that in one replica`,
        "/resources/cpu",
      ),
    );
  if (needs.memoryMiB > capacity.memoryMiB)
    found.push(
      refusal(
        "size",
        `The host ${name} has ${memoryText(capacity.memoryMiB)} of memory in all: ask for no more than that in one replica`,
        "/resources/memory",
      ),
    );
  return found;
}

// The guard itself judges the final container; this only refuses early what it would surely refuse.
function guard(needs: Needs, name: string, { guard: limits }: AgentReport): readonly Refusal[] {
  const closed = needs.registries.filter(
    (registry) => !limits.registries.some((allowed) => mayHold(allowed, registry)),
  );
  const found = closed.map((registry) =>
    refusal(
      "agent-registry",
      `The owner of ${name} allows images from ${limits.registries.join(", ") || "nowhere"} only, not from ${registry}: move the image, or have it added to agent.yaml there`,
      "/image",
    ),
  );
  // The owner's limit is for one container, and needs only know the sum.
  if (needs.containers === 1 && limits.maxMemoryMiB !== undefined && needs.memoryMiB > limits.maxMemoryMiB)
    found.push(
      refusal(
        "agent-memory",
        `The owner of ${name} allows ${memoryText(limits.maxMemoryMiB)} of memory in one container: ask for less, or have it raised in agent.yaml there`,
        "/resources/memory",
      ),
    );
  return found;
}

// An entry may go on into the registry's paths; whether this image is under them, only the guard can say.
const mayHold = (allowed: string, registry: string) =>
  allowed === "*" || allowed === registry || allowed.startsWith(`${registry}/`);

const refusal = (rule: string, message: string, pointer?: string): Refusal => ({ rule, message, pointer });
