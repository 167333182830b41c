import type { Because } from "../../domain/feature.ts";
import type { Unrecognised } from "../../domain/observation.ts";
import type { Agent } from "../../store/instance.ts";

/** How an owner removes what an agent reports and does not know, with the engine that the agent speaks to. */
export function byHand({ name, report }: Agent, { unit, name: stray }: Unrecognised): Because {
  const where = `An agent takes away only what Berth has put there. On host ${name}`;
  const tool = TOOLS.get(report?.engine ?? "");
  // What an agent says may end in somebody's shell, so it is said only where it cannot be more than a name.
  if (tool === undefined || !PLAIN.test(unit))
    return `${where} remove ${stray} with its engine's own tool: what carries the label berth.unit of that unit.`;
  return `${where}:  ${tool} ps -aq --filter label=berth.unit=${unit} | xargs -r ${tool} rm -f`;
}

const PLAIN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

/** The command line of an engine, by the word with which agents name it. */
const TOOLS: ReadonlyMap<string, string> = new Map([
  ["docker", "docker"],
  ["podman", "podman"],
]);
