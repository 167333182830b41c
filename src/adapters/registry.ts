import { Fault } from "../domain/fault.ts";
import type { Target } from "../store/instance.ts";
import { aciAccount, parseAciConfig } from "./aci/config.ts";
import { aciAdapter } from "./aci/index.ts";
import { simulatedAci } from "./aci/simulated.ts";
import type { Adapter } from "./adapter.ts";
import { agentsAdapter, type AgentPorts } from "./agent/index.ts";
import { parseAgentsConfig } from "./agent/config.ts";
import type { CloudPorts } from "./cloud-ports.ts";
import { cloudRunAccount, parseCloudRunConfig } from "./cloud-run/config.ts";
import { cloudRunAdapter } from "./cloud-run/index.ts";
import { simulatedCloudRun } from "./cloud-run/simulated.ts";
import { hint } from "./config.ts";
import { ecsAccount, parseEcsConfig } from "./ecs/config.ts";
import { ecsAdapter } from "./ecs/index.ts";
import { simulatedEcs } from "./ecs/simulated.ts";
import { parseSandboxConfig } from "./sandbox/config.ts";
import { sandboxAdapter } from "./sandbox/index.ts";
import type { SandboxPorts, SimulatedClouds } from "./sandbox/ports.ts";
import { withDeadlines, withKinds } from "./wrap.ts";

export type TargetKind = Target["kind"];
/** Makes the adapter of one target. Throws `Fault` when the target's configuration does not parse. */
export type AdapterFactory = (target: Target) => Adapter;
/** What adapters need from outside, all of them together. */
export type AdapterPorts = SandboxPorts & AgentPorts & { readonly cloud: CloudPorts };

/**
 * One kind of target: how its configuration reads (throws `Fault` "invalid-body"), how its adapter is made, and the account that its provider
 * bills as bills name it (`SubAccountId` of FOCUS 1.0), from what is stored of a target; absent where nobody bills one.
 */
interface Line {
  readonly account?: (config: Target["config"]) => unknown;
  readonly parse: (document: unknown) => unknown;
  readonly open: (target: Target, ports: AdapterPorts) => Adapter;
}

/** The clouds that a sandbox can simulate, each by its own adapter over a simulator of its API. */
export const SIMULATED_CLOUDS: SimulatedClouds = {
  ecs: simulatedEcs,
  aci: simulatedAci,
  "cloud-run": simulatedCloudRun,
};

/** Every kind of target. A new provider is a folder and its line here. */
const LINES: Readonly<Record<TargetKind, Line>> = {
  sandbox: {
    parse: parseSandboxConfig,
    open: (target, ports) => sandboxAdapter(target, ports, SIMULATED_CLOUDS),
  },
  agents: { parse: parseAgentsConfig, open: agentsAdapter },
  ecs: {
    account: ecsAccount,
    parse: parseEcsConfig,
    open: (target, { cloud }) => ecsAdapter(target, cloud),
  },
  aci: {
    account: aciAccount,
    parse: parseAciConfig,
    open: (target, { cloud }) => aciAdapter(target, cloud),
  },
  "cloud-run": {
    account: cloudRunAccount,
    parse: parseCloudRunConfig,
    open: (target, { cloud }) => cloudRunAdapter(target, cloud),
  },
};

/** A factory for every kind, over one set of ports. */
export function adapterFactories(ports: AdapterPorts): Readonly<Record<TargetKind, AdapterFactory>> {
  const { sandbox, agents, ecs, aci, "cloud-run": cloudRun } = LINES;
  const over = (line: Line) => (target: Target) => line.open(target, ports);
  return {
    sandbox: over(sandbox),
    agents: over(agents),
    ecs: over(ecs),
    aci: over(aci),
    "cloud-run": over(cloudRun),
  };
}

export interface Registry {
  /** The adapter of a target, under deadlines and with every error classified. Throws `Fault` when it cannot be opened. */
  readonly open: (target: Target) => Adapter;
}

/** Open adapters at once; more targets than this are opened again when they are needed. */
const MOST_OPEN = 1_000;

/** Opens each version of a target once. */
export function createRegistry(factories: Readonly<Record<TargetKind, AdapterFactory>>): Registry {
  const opened = new Map<string, { readonly version: number; readonly adapter: Adapter }>();
  return {
    open(target) {
      const there = opened.get(target.id);
      if (there?.version === target.version) return there.adapter;
      const factory = Object.hasOwn(factories, target.kind) ? factories[target.kind] : undefined;
      if (factory === undefined) throw unknownKind(target.kind);
      const adapter = withDeadlines(withKinds(factory(target)));
      opened.delete(target.id);
      const oldest = opened.keys().next();
      if (opened.size >= MOST_OPEN && oldest.done === false) opened.delete(oldest.value);
      opened.set(target.id, { version: target.version, adapter });
      return adapter;
    },
  };
}

/** The kind a user's target names. Throws `Fault` "invalid-body" when there is no such kind. */
export function targetKind(document: unknown): TargetKind {
  const kind =
    typeof document === "object" && document !== null && "kind" in document ? document.kind : undefined;
  const known = TARGET_KINDS.find((other) => other === kind);
  if (known === undefined) throw unknownKind(kind);
  return known;
}

/** Checks what a user sent for a target of this kind and gives what to store of it. Throws `Fault` "invalid-body" with every problem. */
export function parseTargetConfig(kind: TargetKind, document: unknown): Readonly<Record<string, unknown>> {
  LINES[kind].parse(document);
  const { kind: _kind, ...config } = Object.fromEntries(Object.entries(document ?? {}));
  return config;
}

/** The account at which a target's provider bills it, as bills name it; undefined where none does, or the target does not say. */
export function billedAccount({ kind, config }: Pick<Target, "kind" | "config">): string | undefined {
  const { account } = LINES[kind];
  const value = account?.(config);
  return typeof value === "string" ? value.toLowerCase() : undefined;
}

/** Every kind a target can name. */
export const TARGET_KINDS: readonly TargetKind[] = ["sandbox", "agents", "ecs", "aci", "cloud-run"];

function unknownKind(kind: unknown): Fault {
  const near = typeof kind === "string" ? hint(kind, TARGET_KINDS) : ".";
  const message = `Say one of ${TARGET_KINDS.join(", ")}${near}`;
  return new Fault("invalid-body", "There is no such kind of target.", {
    problems: [{ pointer: "/kind", message }],
  });
}
