import type { PriceBook } from "../../catalog/book.ts";
import { CLOUD_FEATURES } from "../../catalog/cloud-offers.ts";
import { AdapterError } from "../../domain/fault.ts";
import type { Observation, Sighting } from "../../domain/observation.ts";
import type { Target } from "../../store/instance.ts";
import type { Adapter } from "../adapter.ts";
import { cloudClient } from "./client.ts";
import { type CloudUnit, present } from "./cloud.ts";
import { parseSandboxConfig } from "./config.ts";
import { logStream, noLogs } from "./logs.ts";
import { sandboxOffers } from "./offers.ts";
import { orderOf } from "./order.ts";
import { renderUnit } from "./render.ts";
import { sandboxRuns, tryLog } from "./runs.ts";
import type { SandboxServers } from "./serving.ts";
import type { SandboxState } from "./state.ts";
import { witnessOf } from "./witness.ts";

export interface SandboxPorts {
  readonly sandboxState: SandboxState;
  readonly sandboxServers: SandboxServers;
  /** The price book in force, asked anew for every question. */
  readonly book: () => PriceBook;
  readonly now: () => number;
}

/** A target that behaves like ECS, ACI or Cloud Run and starts nothing real. Throws `Fault` when its config does not parse. */
export function sandboxAdapter(target: Target, ports: SandboxPorts): Adapter {
  const config = parseSandboxConfig(target.config);
  const { rules, simulates: provider } = config;
  const { sandboxServers: servers, now } = ports;
  const cloud = cloudClient({ target: target.id, rules, kept: ports.sandboxState, now });
  const witness = witnessOf(config, cloud, servers, now);

  return {
    contract: "adapter/v1",
    provider,
    features: CLOUD_FEATURES[provider],
    async offers(needs, call) {
      const { state } = await cloud.send({ do: "read", on: "offers", workload: needs.workload }, call);
      return sandboxOffers(
        { config, target: target.name, path: servers.path, book: ports.book() },
        needs,
        state,
        now(),
      );
    },
    render: (unit) => renderUnit(provider, config.region, unit),
    async apply(unit, call) {
      const { state } = await cloud.send({ do: "apply", order: orderOf(unit) }, call);
      const made = state.units[unit.name];
      if (made === undefined)
        throw new AdapterError("bug", `${unit.name} is missing right after it was made.`);
      return await witness.observe(made, call);
    },
    async observe(known, call): Promise<Sighting> {
      const { state } = await cloud.send({ do: "read", on: "observe" }, call);
      await witness.tidy(state);
      const there = present(state, now());
      // What is known but too new for the list is read by its name, so that "complete" may be believed.
      const mine = there.filter((unit) => known.has(unit.id));
      const others = there.filter(
        (unit) => !known.has(unit.id) && unit.createdAt + rules.delaysMs.visible <= now(),
      );
      const observations: Observation[] = [];
      for (const unit of mine) observations.push(await witness.observe(unit, call));
      return { complete: true, observations, unrecognised: others.map(unrecognised) };
    },
    async destroy(ref, call) {
      const { state, answer } = await cloud.send(
        { do: "destroy", name: ref.name, workload: ref.workload },
        call,
      );
      await witness.tidy(state);
      return answer.deleted ?? "going";
    },
    async logs(ref, query, call) {
      const look = async () => {
        const { cloud: kept } = await ports.sandboxState.load(target.id);
        const unit = kept === undefined ? undefined : present(kept, now()).find(({ id }) => id === ref.id);
        return unit === undefined ? undefined : { unit, now: now() };
      };
      await cloud.send({ do: "read", on: "logs", workload: ref.workload }, call);
      const ofTry = tryLog((await ports.sandboxState.load(target.id)).cloud, ref.name, now());
      if (ofTry !== undefined) return ofTry;
      if ((await look()) === undefined) throw noLogs(ref.name);
      return logStream(look, query, call.signal);
    },
    runs: sandboxRuns(cloud, rules, now),
  };
}

function unrecognised(unit: CloudUnit): Sighting["unrecognised"][number] {
  const { id, name, project, workload, environment } = unit;
  const detail = `made for ${environment}/${workload} at ${new Date(unit.createdAt).toISOString()}, ${unit.replicas.length} replicas of ${unit.image}`;
  return { unit: id, name, project, environment, workload, detail };
}
