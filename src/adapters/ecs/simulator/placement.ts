import type { InputOf } from "../api.ts";
import { parameterFailure } from "./failure.ts";
import type { World } from "./world.ts";

/** How a call says what its tasks run on. */
type Placement = Pick<
  InputOf<"CreateService">,
  "launchType" | "capacityProviderStrategy" | "networkConfiguration"
>;

/** What ECS refuses of a launch type, a capacity provider strategy and a network. */
export function checkPlacement(
  world: World,
  { launchType, capacityProviderStrategy: strategy = [], networkConfiguration: network }: Placement,
): void {
  if (launchType !== undefined && strategy.length > 0)
    throw parameterFailure("Specifying both a launch type and capacity provider strategy is not supported.");
  for (const { capacityProvider = "" } of strategy)
    if (!world.rules.capacityProviders.includes(capacityProvider))
      throw parameterFailure(
        "The specified capacity provider strategy contains a provider that is not associated with the cluster.",
      );
  if (strategy.filter(({ base = 0 }) => base > 0).length > 1)
    throw parameterFailure("Only one capacity provider in a strategy can have a base.");
  const vpc = network?.awsvpcConfiguration;
  if (vpc === undefined)
    throw parameterFailure("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  const unknown = [
    ...(vpc.subnets ?? []).filter((id) => !world.rules.subnets.includes(id)),
    ...(vpc.securityGroups ?? []).filter((id) => !world.rules.securityGroups.includes(id)),
  ];
  if (unknown.length > 0)
    throw parameterFailure(`Error retrieving network information for [${unknown.join(", ")}]`);
}
