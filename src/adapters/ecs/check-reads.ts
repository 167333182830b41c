import type { CheckLine } from "../../domain/trust.ts";
import type { Call } from "../adapter.ts";
import type { InputOf, Operation } from "./api.ts";
import { line, ok } from "./check-line.ts";
import type { Cloud } from "./cloud.ts";
import type { EcsRegion } from "./config.ts";

/** What is asked for where the answer does not matter: whoever may read is told that it is not there, and nobody else is. */
const NOTHING = "berth-check";
/** A secret of no unit: names of units are made of other letters (RFC 4648 has no 0 and no 1 in base32). */
const NO_SECRET = "b000000000000000000000000/check";
/** A task that is none: 32 hexadecimal digits, as ids of tasks are. */
const NO_TASK = "0".repeat(32);

/** Every read that looks need, each tried in one region; reads of single things ask for what is not there. */
export async function readLines(
  cloud: Cloud,
  { region, cluster }: EcsRegion,
  call: Call,
): Promise<readonly CheckLine[]> {
  const prove = async <Name extends Operation>(
    action: string,
    operation: Name,
    input: InputOf<Name>,
    what: string,
  ): Promise<CheckLine> =>
    await line(cloud, `${action} in ${region}`, region, operation, input, call, () => ok(what), what);
  const families = { familyPrefix: `${NOTHING}-`, maxResults: 1 };
  return await Promise.all([
    prove("ecs:ListServices", "ListServices", { cluster, maxResults: 1 }, "Services can be listed."),
    prove(
      "ecs:DescribeServices",
      "DescribeServices",
      { cluster, services: [NOTHING] },
      "Services can be read.",
    ),
    prove("ecs:ListTasks", "ListTasks", { cluster, maxResults: 1 }, "Tasks can be listed."),
    prove("ecs:DescribeTasks", "DescribeTasks", { cluster, tasks: [NO_TASK] }, "Tasks can be read."),
    prove(
      "ecs:ListTaskDefinitionFamilies",
      "ListTaskDefinitionFamilies",
      families,
      "Families of task definitions can be listed.",
    ),
    prove("ecs:ListTaskDefinitions", "ListTaskDefinitions", families, "Task definitions can be listed."),
    prove(
      "ecs:DescribeTaskDefinition",
      "DescribeTaskDefinition",
      { taskDefinition: NOTHING },
      "Task definitions can be read.",
    ),
    prove("secretsmanager:ListSecrets", "ListSecrets", { MaxResults: 1 }, "Secrets can be listed."),
    prove(
      "secretsmanager:DescribeSecret",
      "DescribeSecret",
      { SecretId: NO_SECRET },
      "Secrets can be looked at.",
    ),
    logsLine(cloud, region, call),
  ]);
}

// Its streams come with the first lines, the group itself does not: a task whose group is missing does not start.
async function logsLine(cloud: Cloud, region: string, call: Call): Promise<CheckLine> {
  const { logGroup } = cloud.config;
  const input = { logGroupName: logGroup, logStreamName: NOTHING, limit: 1 };
  const what = `The log group ${logGroup} is there, and what tasks write can be read.`;
  const name = `logs:GetLogEvents in ${region}`;
  const said = await line(cloud, name, region, "GetLogEvents", input, call, () => ok(what), what);
  if (said.verdict !== "refused") return said;
  const change = `Make the log group ${logGroup} in ${region} and let Berth's role read it, as \`berth target trust\` prints it.`;
  return { ...said, message: `${said.message.replace(/\.?$/, ".")} ${change}` };
}
