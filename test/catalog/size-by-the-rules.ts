import { Big } from "big.js";

/** The part of a quote's body that says what to size. */
export interface Written {
  readonly provider: "ecs" | "aci" | "cloud-run";
  readonly resources: {
    readonly cpu: number;
    readonly memory: string;
    readonly ephemeralStorage?: string;
  };
  readonly billing?: "request" | "instance" | "job" | "worker-pool";
  readonly spot?: boolean;
  readonly arch?: "amd64" | "arm64";
  readonly os?: "linux" | "windows";
  readonly usage: { readonly concurrency?: number };
}

interface Size {
  readonly cpu: number;
  readonly memoryGiB: Big;
  readonly diskGiB: number;
}

/** The size that is billed for a body by the vendors' tables, or `undefined` where none is sold. */
export function sizeByTheRules(body: Written): Size | undefined {
  const { cpu, memory, ephemeralStorage = "0Gi" } = body.resources;
  const asked = { cpu, memoryGiB: gib(memory), diskGiB: gib(ephemeralStorage).toNumber() };
  if (body.provider === "ecs") return fargate(asked, body);
  return body.provider === "aci" ? group(asked, body) : instance(asked, body);
}

const gib = (text: string): Big =>
  text.endsWith("Mi") ? Big(text.slice(0, -2)).div(1024) : Big(text.slice(0, -2));

/** aws.amazon.com/fargate/pricing, "Supported Configurations": vCPU, least, most and step of memory in GiB. */
const FARGATE = [
  [0.25, 0.5, 1, 0.5],
  [0.25, 2, 2, 1],
  [0.5, 1, 4, 1],
  [1, 2, 8, 1],
  [2, 4, 16, 1],
  [4, 8, 30, 1],
  [8, 16, 60, 4],
  [16, 32, 120, 8],
  [32, 60, 120, 60],
  [32, 244, 244, 1],
] as const;

function fargate(asked: Size, { os, arch, spot, billing }: Written): Size | undefined {
  const windows = os === "windows";
  if (asked.diskGiB > 200 || billing === "worker-pool" || (windows && (arch === "arm64" || spot === true)))
    return undefined;
  for (const [cpu, from, to, step] of FARGATE) {
    if (cpu < asked.cpu || asked.memoryGiB.gt(to) || (windows && (cpu < 1 || cpu > 4))) continue;
    const steps = asked.memoryGiB.minus(from).div(step).round(0, 3).toNumber();
    return { ...asked, cpu, memoryGiB: Big(from + Math.max(0, steps) * step) };
  }
  return undefined;
}

function group(asked: Size, { arch, spot, os, billing }: Written): Size | undefined {
  if (arch === "arm64" || billing === "worker-pool" || (spot === true && os === "windows")) return undefined;
  const cpu = Math.max(1, Math.ceil(asked.cpu));
  const tenths = Math.max(10, asked.memoryGiB.times(10).round(0, 3).toNumber());
  const [mostCpu, mostGiB] = spot === true ? [4, 16] : [31, 240];
  if (cpu > mostCpu || tenths > mostGiB * 10 || asked.diskGiB > 50) return undefined;
  return { ...asked, cpu, memoryGiB: Big(tenths).div(10) };
}

/** Cloud Run, "CPU" and "Memory limits": vCPU, least and most memory in GiB. */
const CLOUD_RUN = [
  [1, 0.125, 4],
  [2, 0.125, 8],
  [4, 2, 16],
  [6, 4, 24],
  [8, 4, 32],
] as const;

function instance(asked: Size, body: Written): Size | undefined {
  const { billing = "request", spot, arch, os, usage } = body;
  if (spot === true || arch === "arm64" || os === "windows") return undefined;
  const secondOnly = billing === "job" || billing === "worker-pool";
  const whole = asked.memoryGiB.times(1024).round(0, 3).div(1024);
  const fit = (cpu: number, leastGiB: number): Size => ({
    ...asked,
    cpu,
    memoryGiB: whole.lt(leastGiB) ? Big(leastGiB) : whole,
  });
  if (billing === "request" && (usage.concurrency ?? 1) <= 1 && asked.cpu < 1 && whole.lte(1)) {
    const cpu = whole.gt(0.5) ? Math.max(0.5, asked.cpu) : Math.max(0.08, asked.cpu);
    return fit(Big(cpu).round(3, 3).toNumber(), 0.125);
  }
  for (const [cpu, from, to] of CLOUD_RUN)
    if (cpu >= asked.cpu && whole.lte(to)) return fit(cpu, Math.max(from, secondOnly ? 0.5 : 0));
  return undefined;
}
