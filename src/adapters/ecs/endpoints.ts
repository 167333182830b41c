import type { NetworkInterface } from "@aws-sdk/client-ec2";
import type { Task } from "@aws-sdk/client-ecs";
import type { Endpoint } from "../../domain/observation.ts";
import type { Call } from "../adapter.ts";
import { batches, type Cloud } from "./cloud.ts";
import type { EcsRegion } from "./config.ts";

/** Interfaces asked for in one call (Amazon EC2 API, DescribeNetworkInterfaces: ids and pages together stay below 1,000). */
const INTERFACES_PER_DESCRIBE = 200;
/** The attachment of an awsvpc task and the detail that names its interface (Amazon ECS API, Attachment). */
const ATTACHMENT = "ElasticNetworkInterface";
const DETAIL = "networkInterfaceId";

/** The interface of a task, or undefined while it has none. */
export function interfaceOf(task: Task): string | undefined {
  const attachment = task.attachments?.find(({ type }) => type === ATTACHMENT || type === "eni");
  return attachment?.details?.find(({ name }) => name === DETAIL)?.value;
}

/** Interfaces by id. One that went away in between is left out. */
export async function interfacesOf(
  cloud: Cloud,
  region: EcsRegion,
  tasks: readonly Task[],
  call: Call,
): Promise<ReadonlyMap<string, NetworkInterface>> {
  const found = new Map<string, NetworkInterface>();
  const ids = [...new Set(tasks.flatMap((task) => interfaceOf(task) ?? []))];
  for (const batch of batches(ids, INTERFACES_PER_DESCRIBE)) {
    // A filter, for by ids the whole call fails when one interface has gone with its task.
    const input = { Filters: [{ Name: "network-interface-id", Values: [...batch] }] };
    const { NetworkInterfaces = [] } = await cloud.send(
      region.region,
      "DescribeNetworkInterfaces",
      input,
      call,
    );
    for (const one of NetworkInterfaces) found.set(one.NetworkInterfaceId ?? "", one);
  }
  return found;
}

/** Where each running task is reached, over plain HTTP. A task without an address has no endpoint. */
export function taskEndpoints(
  cloud: Pick<Cloud, "config">,
  tasks: readonly Task[],
  interfaces: ReadonlyMap<string, NetworkInterface>,
  port: number,
): readonly Endpoint[] {
  // In the order they were made, so that a replica keeps its number while others come and go.
  const inOrder = [...tasks].sort(
    (a, b) =>
      (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0) ||
      ((a.taskArn ?? "") < (b.taskArn ?? "") ? -1 : 1),
  );
  return inOrder.flatMap((task, replica): readonly Endpoint[] => {
    const found = interfaces.get(interfaceOf(task) ?? "");
    const host = found === undefined ? undefined : hostOf(found, cloud.config.address);
    if (host === undefined) return [];
    const ready = task.lastStatus === "RUNNING";
    return [{ replica, url: `http://${host}:${port}`, transport: "plain", bypassable: true, ready }];
  });
}

// A VPC without DNS host names gives its interfaces none: then the address itself is all there is.
function hostOf(found: NetworkInterface, address: "name" | "ip" | "private"): string | undefined {
  if (address === "private") return found.PrivateIpAddress;
  const { PublicDnsName, PublicIp } = found.Association ?? {};
  const name = PublicDnsName === undefined || PublicDnsName === "" ? undefined : PublicDnsName;
  return address === "name" ? (name ?? PublicIp) : PublicIp;
}
