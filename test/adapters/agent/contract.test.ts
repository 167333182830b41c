import { builtInBook } from "../../../src/catalog/shipped-book.ts";
import { adapterFactories, createRegistry } from "../../../src/adapters/registry.ts";
import { memoryState } from "../../../src/adapters/sandbox/state.ts";
import { namesOnly } from "../../../src/adapters/sandbox/serving.ts";
import { AdapterError } from "../../../src/domain/fault.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import { adapterContract, type Bench } from "../contract.ts";
import { clock, target, unit as makeUnit } from "../fixtures.ts";
import { memoryAgents } from "./memory-agents.ts";
import { testCloudPorts } from "../cloud-ports.ts";
import { judgeSimulated } from "../../contracts/judge-simulated.ts";

adapterContract("the pool of agents", agentBench);

async function agentBench(): Promise<Bench> {
  const time = clock();
  const hosts = memoryAgents(time.now);
  const host = hosts.join("attic");
  let trouble: "none" | "lost" | "broken" = "none";
  const ports = {
    sandboxState: memoryState(),
    sandboxServers: namesOnly(),
    sandboxJudge: judgeSimulated,
    book: builtInBook,
    now: time.now,
    cloud: testCloudPorts({ now: time.now }),
    agentDirectory: {
      ...hosts.directory,
      async agents(project: string, pool: string) {
        const now = trouble;
        if (now === "broken") throw new Error("the directory is gone");
        trouble = "none";
        // The store has the unit and the agent will be rung by its own poll; only this call's answer is lost.
        if (now === "lost") throw new AdapterError("unavailable", "The answer was lost on the way.");
        return await hosts.directory.agents(project, pool);
      },
    },
  };
  let made = 0;
  const unit = (changes: Partial<Unit> = {}) => {
    made += 1;
    return makeUnit(made, { provider: "agents", target: "here", region: "home", host }, changes);
  };
  return {
    adapter: createRegistry(adapterFactories(ports)).open(target("agents", { pool: "home" })),
    unit,
    rooms: [`agents/${host}`],
    want: (one) => hosts.put(one),
    doom: (one) => hosts.doom(one),
    async settle() {
      time.pass(1_000);
      hosts.sync(host);
    },
    made: async () => hosts.made(),
    async stranger() {
      const stray = unit({ workload: "stray" });
      hosts.run(host, stray.id);
      const { id, name, project, workload } = stray;
      hosts.findStrays(host, [{ unit: id, name, project, workload, detail: "one container, up for 3 days" }]);
      return id;
    },
    loseAnswer() {
      trouble = "lost";
    },
    breakDown() {
      trouble = "broken";
    },
    tries: {
      want: (_unit, { name }) => hosts.putTry(host, name),
      end: ({ name }) => hosts.endTry(name),
      async show({ project, workload }, { name }) {
        // By an agent's word a try is a unit of its own.
        const detail = `containers ${name}-0 (running)`;
        hosts.findStrays(host, [{ unit: `try-${name}`, name, project, workload, detail }]);
      },
      started: async () => hosts.starts(),
    },
    close: async () => {},
  };
}
