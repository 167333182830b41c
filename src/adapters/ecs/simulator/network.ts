import { awsPartition } from "../../../catalog/aws-partitions.ts";
import type { InputOf } from "../api.ts";
import { SimFailure } from "./failure.ts";
import { statusOf } from "./progress.ts";
import type { SimTask } from "./state.ts";
import type { World } from "./world.ts";

const VPC = "vpc-0123456789abcdef0";
/** Addresses in a simulated subnet. */
const FREE_ADDRESSES = 4_091;

/** Interfaces of tasks that are there, by id or by a filter on it. */
export function describeNetworkInterfaces(world: World, input: InputOf<"DescribeNetworkInterfaces">): object {
  const filter = input.Filters?.find(({ Name }) => Name === "network-interface-id")?.Values;
  const asked = input.NetworkInterfaceIds ?? filter;
  const attached = world.here.tasks.filter(
    (task) => !["PROVISIONING", "STOPPED"].includes(statusOf(world, task)),
  );
  const found = attached.filter((task) => asked === undefined || asked.includes(interfaceId(task)));
  const missing = input.NetworkInterfaceIds?.find((id) => !found.some((task) => interfaceId(task) === id));
  if (missing !== undefined)
    throw new SimFailure(
      "InvalidNetworkInterfaceID.NotFound",
      `The networkInterface ID '${missing}' does not exist`,
    );
  return { NetworkInterfaces: found.map((task) => shown(world, task)) };
}

export function describeSubnets(world: World, input: InputOf<"DescribeSubnets">): object {
  const ids = input.SubnetIds ?? world.rules.subnets;
  const missing = ids.find((id) => !world.rules.subnets.includes(id));
  if (missing !== undefined)
    throw new SimFailure("InvalidSubnetID.NotFound", `The subnet ID '${missing}' does not exist`);
  return {
    Subnets: ids.map((SubnetId) => ({
      SubnetId,
      VpcId: VPC,
      AvailableIpAddressCount: FREE_ADDRESSES,
      State: "available",
    })),
  };
}

export function describeSecurityGroups(world: World, input: InputOf<"DescribeSecurityGroups">): object {
  const ids = input.GroupIds ?? world.rules.securityGroups;
  const missing = ids.find((id) => !world.rules.securityGroups.includes(id));
  if (missing !== undefined)
    throw new SimFailure("InvalidGroup.NotFound", `The security group '${missing}' does not exist`);
  return { SecurityGroups: ids.map((GroupId) => ({ GroupId, GroupName: GroupId, VpcId: VPC })) };
}

/** Id of the one interface of a task. */
export function interfaceId(task: SimTask): string {
  return `eni-0${task.id.slice(0, 16)}`;
}

function shown({ region, rules }: World, task: SimTask): object {
  const low = `${(task.number >> 8) & 255}.${task.number & 255}`;
  // 198.18.0.0/15 is for tests (RFC 2544): no traffic to it leaves anybody's network.
  const publicIp = `198.18.${low}`;
  const dns = `ec2-${publicIp.replaceAll(".", "-")}.${region}.compute.${awsPartition(region).dnsSuffix}`;
  return {
    NetworkInterfaceId: interfaceId(task),
    PrivateIpAddress: `10.0.${low}`,
    SubnetId: rules.subnets[0] ?? "",
    VpcId: VPC,
    Status: "in-use",
    ...(task.publicIp ? { Association: { PublicIp: publicIp, PublicDnsName: dns } } : {}),
  };
}
