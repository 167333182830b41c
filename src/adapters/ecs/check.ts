import { AdapterError } from "../../domain/fault.ts";
import type { CheckLine } from "../../domain/trust.ts";
import type { Call } from "../adapter.ts";
import type { Cloud } from "./cloud.ts";
import type { EcsRegion } from "./config.ts";
import { assumeRoleInput } from "./credentials.ts";
import { line, ok, refused } from "./check-line.ts";
import { quotaLine } from "./check-quotas.ts";
import { readLines } from "./check-reads.ts";
import { simulatedLines } from "./check-simulated.ts";

/** Proves what can be proved by reading and by AWS's own simulation of the role's policies. Creates and changes nothing. */
export async function checkTarget(cloud: Cloud, call: Call): Promise<readonly CheckLine[]> {
  const lines = [await identity(cloud, call), await wrongSubject(cloud, call)];
  const regions = await Promise.all(cloud.config.regions.map((region) => checkRegion(cloud, region, call)));
  return [...lines, ...regions.flat(), ...(await simulatedLines(cloud, call))];
}

async function identity(cloud: Cloud, call: Call): Promise<CheckLine> {
  const region = cloud.config.regions[0]?.region ?? "";
  return await line(
    cloud,
    "sts:GetCallerIdentity",
    region,
    "GetCallerIdentity",
    {},
    call,
    ({ Account, Arn = "" }) => {
      const { accountId } = cloud.config;
      if (Account === accountId) return ok(`Berth is ${Arn}.`);
      return refused(
        `Berth is ${Arn}, which is not of account ${accountId}: correct accountId or roles.berth.`,
      );
    },
  );
}

// The token of a target that does not exist: whoever lets it in would let in every target of this issuer.
async function wrongSubject(cloud: Cloud, call: Call): Promise<CheckLine> {
  const name = "a wrong subject is refused";
  if (cloud.config.credentials !== undefined)
    return {
      name,
      verdict: "cannot be proved",
      message: "The target uses long-lived keys, which name no subject: prefer roles.berth.",
    };
  const { target, config, ports } = cloud;
  const other = { ...target, id: `${target.id}-other` };
  const region = config.regions[0]?.region ?? "";
  try {
    const token = await ports.assertion(other, config.partition.audience, call);
    await cloud.send(region, "AssumeRoleWithWebIdentity", assumeRoleInput(other, config, token), call);
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    if (error.kind === "denied") return { name, ...ok("AWS refused the token of another target.") };
    return { name, verdict: "cannot be proved", message: error.message };
  }
  return {
    name,
    ...refused(
      "AWS let in the token of another target: in the trust policy of roles.berth demand the exact sub, as `berth target trust` prints it.",
    ),
  };
}

async function checkRegion(cloud: Cloud, region: EcsRegion, call: Call): Promise<readonly CheckLine[]> {
  const { cluster, subnets, securityGroups } = region;
  const at = region.region;
  const cl = await line(
    cloud,
    `ecs:DescribeClusters in ${at}`,
    at,
    "DescribeClusters",
    { clusters: [cluster] },
    call,
    ({ clusters = [] }) => {
      const [found] = clusters;
      if (found?.status !== "ACTIVE") return refused(`There is no active cluster ${cluster}: create it.`);
      const spot =
        found.capacityProviders?.includes("FARGATE_SPOT") === true
          ? "with Spot"
          : "without Spot (associate FARGATE_SPOT to buy it)";
      return ok(`The cluster ${cluster} is active, ${spot}.`);
    },
  );
  const sn = await line(
    cloud,
    `ec2:DescribeSubnets in ${at}`,
    at,
    "DescribeSubnets",
    { SubnetIds: [...subnets] },
    call,
    ({ Subnets = [] }) => {
      const networks = new Set(Subnets.map(({ VpcId }) => VpcId));
      if (Subnets.length !== subnets.length) return refused("Not all of the subnets exist: correct subnets.");
      if (networks.size !== 1) return refused("The subnets are of several VPCs: name subnets of one.");
      const free = Subnets.reduce((sum, { AvailableIpAddressCount = 0 }) => sum + AvailableIpAddressCount, 0);
      return ok(
        `${Subnets.length} subnets of ${[...networks].join("")} with ${free} free addresses, one for each task.`,
      );
    },
  );
  const sg = await line(
    cloud,
    `ec2:DescribeSecurityGroups in ${at}`,
    at,
    "DescribeSecurityGroups",
    { GroupIds: [...securityGroups] },
    call,
    ({ SecurityGroups = [] }) =>
      SecurityGroups.length === securityGroups.length
        ? ok("All security groups exist; they must let the gateway in on the routes' ports.")
        : refused("Not all of the security groups exist: correct securityGroups."),
  );
  const eni = await line(
    cloud,
    `ec2:DescribeNetworkInterfaces in ${at}`,
    at,
    "DescribeNetworkInterfaces",
    { MaxResults: 5 },
    call,
    () => ok("Addresses of tasks can be read."),
  );
  return [cl, sn, sg, eni, ...(await readLines(cloud, region, call)), await quotaLine(cloud, region, call)];
}
