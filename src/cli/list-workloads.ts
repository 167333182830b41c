import type { WorkloadSummary } from "./api.ts";
import type { Client } from "./client.ts";
import type { Given } from "./command.ts";
import type { Context, ExitCode } from "./context.ts";
import { ago } from "./figures.ts";
import { printList } from "./print-list.ts";

const PAGE = "100";
/** After this many pages a list is of no use to a person; the rest is counted as "more". */
const MAX_PAGES = 50;

interface Page {
  readonly workloads: readonly WorkloadSummary[];
  readonly next?: string;
}

/** Every workload of the environment, one line each. */
export async function listWorkloads(client: Client, given: Given, ctx: Context): Promise<ExitCode> {
  const workloads: WorkloadSummary[] = [];
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { limit: PAGE, after };
    const { body } = await client.call<Page>({ method: "GET", path: "/v1/workloads", query });
    workloads.push(...body.workloads);
    after = body.next;
    if (after === undefined) break;
  }
  const rows = workloads.map((workload) => [
    workload.name,
    workload.state,
    `plan ${workload.generation}`,
    ago(workload.updatedAt, ctx.now()),
    workload.url ?? "",
  ]);
  printList(
    ctx,
    given,
    { workloads, next: after },
    {
      head: ["NAME", "STATE", "PLAN", "CHANGED", "ADDRESS"],
      rows,
      none: "nothing is deployed here yet. Deploy a first one:  berth init   then  berth deploy -f berth.yaml",
    },
  );
  if (after !== undefined)
    ctx.stderr.write(`more after ${after}; narrow the list with another environment:  -e NAME\n`);
  return 0;
}
