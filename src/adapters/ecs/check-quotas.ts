import { AdapterError } from "../../domain/fault.ts";
import type { CheckLine } from "../../domain/trust.ts";
import type { Call } from "../adapter.ts";
import { type Quotas, readQuotas } from "./account-quotas.ts";
import type { Cloud } from "./cloud.ts";
import type { EcsRegion } from "./config.ts";
import { ENTRIES_PER_PAGE, MOST_SERVICES_PER_CLUSTER, MOST_TASKS_PER_SERVICE } from "./quotas.ts";

/** Pages of tasks a check counts; in a larger cluster it tells the quotas without what is used of them. */
const MOST_PAGES_COUNTED = 10;

/** The quotas of a region, and what its cluster uses of them. */
export async function quotaLine(cloud: Cloud, region: EcsRegion, call: Call): Promise<CheckLine> {
  const name = `servicequotas:GetServiceQuota in ${region.region}`;
  try {
    const quotas = await readQuotas(cloud, region.region, call);
    return { name, verdict: "ok", message: said(quotas, await usedIn(cloud, region, call), region) };
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    const isDenied = error.kind === "denied";
    const without = "Without quotas, offers do not say how many vCPUs still fit.";
    return {
      name,
      verdict: isDenied ? "refused" : "cannot be proved",
      message: `${error.message.replace(/\.?$/, ".")} ${without}`,
    };
  }
}

interface Used {
  readonly services: number | undefined;
  /** Thousandths of a vCPU; undefined where there are more tasks than a check counts. */
  readonly milliCpu: { readonly onDemand: number; readonly spot: number } | undefined;
}

function said(quotas: Quotas, { services, milliCpu }: Used, { cluster }: EcsRegion): string {
  const vCpu = (limit: number | undefined, used: number | undefined) => {
    const taken = used === undefined ? "" : `${used / 1_000} of `;
    return limit === undefined ? "a number that AWS does not tell" : `${taken}${limit}`;
  };
  const { tasksPerService = MOST_TASKS_PER_SERVICE, servicesPerCluster = MOST_SERVICES_PER_CLUSTER } = quotas;
  return [
    `Fargate on demand may have ${vCpu(quotas.onDemandVcpu, milliCpu?.onDemand)} vCPUs`,
    `on Spot ${vCpu(quotas.spotVcpu, milliCpu?.spot)}`,
    `the cluster ${cluster} ${services === undefined ? "" : `${services} of `}${servicesPerCluster} services`,
    `a service ${tasksPerService} tasks; used is what this cluster uses, the account may use more.`,
  ].join(", ");
}

async function usedIn(cloud: Cloud, { region, cluster }: EcsRegion, call: Call): Promise<Used> {
  const { clusters = [] } = await cloud.send(region, "DescribeClusters", { clusters: [cluster] }, call);
  return {
    services: clusters[0]?.activeServicesCount,
    milliCpu: clusters[0]?.status === "ACTIVE" ? await milliCpuIn(cloud, region, cluster, call) : undefined,
  };
}

async function milliCpuIn(
  cloud: Cloud,
  region: string,
  cluster: string,
  call: Call,
): Promise<Used["milliCpu"]> {
  let [onDemand, spot] = [0, 0];
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES_COUNTED; page += 1) {
    const list = { cluster, maxResults: ENTRIES_PER_PAGE, ...(nextToken === undefined ? {} : { nextToken }) };
    const { taskArns = [], nextToken: next } = await cloud.send(region, "ListTasks", list, call);
    const { tasks = [] } =
      taskArns.length === 0
        ? {}
        : await cloud.send(region, "DescribeTasks", { cluster, tasks: taskArns }, call);
    for (const { cpu, capacityProviderName } of tasks) {
      // Amazon ECS API, Task: in units of which 1,024 are a vCPU.
      const milliCpu = (Number(cpu ?? 0) * 1_000) / 1_024;
      if (capacityProviderName === "FARGATE_SPOT") spot += milliCpu;
      else onDemand += milliCpu;
    }
    nextToken = next;
    if (nextToken === undefined || nextToken === "") return { onDemand, spot };
  }
  return undefined;
}
