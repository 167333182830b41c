/** Where each leaf of a rendered document comes from: a field of the spec, of the unit or of the target, or a constant and why. */
export const FIELD_TABLE: Readonly<Record<string, string>> = {
  "registerTaskDefinition.family": "hash of the workload and of all below: equal definitions are one",
  "registerTaskDefinition.networkMode": "constant: the only one of Fargate",
  "registerTaskDefinition.requiresCompatibilities[]": "constant: FARGATE",
  "registerTaskDefinition.cpu":
    "shape.milliCpu, in units of 1/1024 vCPU (resources.cpu of all containers, snapped)",
  "registerTaskDefinition.memory": "shape.memoryMiB (resources.memory of all containers, snapped)",
  "registerTaskDefinition.ephemeralStorage.sizeInGiB":
    "resources.ephemeralStorage above the 20 GiB every task has",
  "registerTaskDefinition.runtimePlatform.operatingSystemFamily": "constant: Berth runs Linux images",
  "registerTaskDefinition.runtimePlatform.cpuArchitecture": "shape.arch (resources.arch)",
  "registerTaskDefinition.executionRoleArn": "target: roles.execution",
  "registerTaskDefinition.taskRoleArn": "target: roles.task",
  "registerTaskDefinition.volumes[].name": "volumes[].name",
  "registerTaskDefinition.tags[].key": "labels, and Berth's mark",
  "registerTaskDefinition.tags[].value": "labels, and Berth's mark",
  "registerTaskDefinition.containerDefinitions[].name":
    "name, sidecars[].name; Main where Express Mode asks for it",
  "registerTaskDefinition.containerDefinitions[].image":
    "image, sidecars[].image, by digest where it was resolved",
  "registerTaskDefinition.containerDefinitions[].entryPoint[]": "entrypoint, sidecars[].entrypoint",
  "registerTaskDefinition.containerDefinitions[].command[]": "args, sidecars[].args",
  "registerTaskDefinition.containerDefinitions[].environment[].name":
    "env, sidecars[].env, and PORT for route.port",
  "registerTaskDefinition.containerDefinitions[].environment[].value": "env, sidecars[].env, and route.port",
  "registerTaskDefinition.containerDefinitions[].secrets[].name": "secrets, sidecars[].secrets",
  "registerTaskDefinition.containerDefinitions[].secrets[].valueFrom":
    "name of the secret's version at Secrets Manager; its ARN when sent",
  "registerTaskDefinition.containerDefinitions[].cpu":
    "resources.cpu, sidecars[].resources.cpu as shares of the task",
  "registerTaskDefinition.containerDefinitions[].memoryReservation":
    "resources.memory, sidecars[].resources.memory",
  "registerTaskDefinition.containerDefinitions[].essential":
    "sidecars[].essential; the main container always is",
  "registerTaskDefinition.containerDefinitions[].dependsOn[].containerName":
    "sidecars[].name, of those that are essential",
  "registerTaskDefinition.containerDefinitions[].dependsOn[].condition":
    "constant: nothing tells that a sidecar is ready",
  "registerTaskDefinition.containerDefinitions[].portMappings[].containerPort": "route.port, ports[].port",
  "registerTaskDefinition.containerDefinitions[].portMappings[].protocol":
    "tcp for the route, ports[].protocol",
  "registerTaskDefinition.containerDefinitions[].portMappings[].name":
    "constant: Express Mode asks for a name",
  "registerTaskDefinition.containerDefinitions[].mountPoints[].sourceVolume": "volumes[].name",
  "registerTaskDefinition.containerDefinitions[].mountPoints[].containerPath": "volumes[].path",
  "registerTaskDefinition.containerDefinitions[].user": "user",
  "registerTaskDefinition.containerDefinitions[].workingDirectory": "workingDir",
  "registerTaskDefinition.containerDefinitions[].stopTimeout": "stopGraceSeconds, 1 at least",
  "registerTaskDefinition.containerDefinitions[].logConfiguration.logDriver": "constant: CloudWatch Logs",
  "registerTaskDefinition.containerDefinitions[].logConfiguration.options.awslogs-group": "target: logGroup",
  "registerTaskDefinition.containerDefinitions[].logConfiguration.options.awslogs-region": "place.region",
  "registerTaskDefinition.containerDefinitions[].logConfiguration.options.awslogs-stream-prefix":
    "project, environment and workload",
  ...callFields("createService"),
  "createService.serviceName": "unit.name",
  "createService.clientToken": "unit.name and birth: a second create is the first",
  "createService.desiredCount": "unit.replicas.min (scale.min)",
  "createService.deploymentConfiguration.deploymentCircuitBreaker.enable":
    "constant: ECS gives up on what never starts",
  "createService.deploymentConfiguration.deploymentCircuitBreaker.rollback":
    "constant: a service has one revision, the plan decides",
  "createService.deploymentConfiguration.minimumHealthyPercent": "singleton: 0, else 100",
  "createService.deploymentConfiguration.maximumPercent": "singleton: 100, else 200",
  "createService.availabilityZoneRebalancing": "singleton: never two at once",
  "createService.enableExecuteCommand": "x-ecs.enableExecuteCommand",
  ...callFields("runTask"),
  "runTask.count": "constant: one task a try",
  "runTask.clientToken": "the try's name: a second start is the first",
  "runTask.startedBy": "the try's name, by which it is found",
  "runTask.group": "unit.name",
  "createExpressGatewayService.cluster": "target: cluster",
  "createExpressGatewayService.serviceName": "unit.name",
  "createExpressGatewayService.taskDefinitionArn": "the family above; its ARN when sent",
  "createExpressGatewayService.infrastructureRoleArn": "target: roles.infrastructure",
  "createExpressGatewayService.healthCheckPath": "health.path",
  "createExpressGatewayService.networkConfiguration.subnets[]": "target: subnets",
  "createExpressGatewayService.networkConfiguration.securityGroups[]": "target: securityGroups",
  "createExpressGatewayService.scalingTarget.minTaskCount": "unit.replicas.min (scale.min)",
  "createExpressGatewayService.scalingTarget.maxTaskCount": "unit.replicas.min: Berth scales",
  "createExpressGatewayService.tags[].key": "labels, and Berth's mark",
  "createExpressGatewayService.tags[].value": "labels, and Berth's mark",
};

/** What CreateService and RunTask are both told. */
function callFields(call: "createService" | "runTask"): Readonly<Record<string, string>> {
  const network = "networkConfiguration.awsvpcConfiguration";
  const strategy = "capacityProviderStrategy[]";
  const fields = {
    cluster: "target: cluster",
    taskDefinition: "the family above; its ARN when sent",
    launchType: "billing: FARGATE on demand",
    [`${strategy}.capacityProvider`]: "billing: Spot has no launch type of its own",
    [`${strategy}.weight`]: "constant: all beyond the base on Spot",
    ...(call === "createService" ? { [`${strategy}.base`]: "target: onDemandBase" } : {}),
    platformVersion: "constant: the Linux platform with all that is used here",
    [`${network}.subnets[]`]: "target: subnets",
    [`${network}.securityGroups[]`]: "target: securityGroups",
    [`${network}.assignPublicIp`]: "target: address",
    propagateTags: "constant: tasks carry the mark, too",
    enableECSManagedTags: "constant: bills name cluster and service",
    "tags[].key": "labels, and Berth's mark",
    "tags[].value": "labels, and Berth's mark",
  };
  return Object.fromEntries(Object.entries(fields).map(([field, origin]) => [`${call}.${field}`, origin]));
}

/** Paths of all leaves of a document; entries of a list share one. */
export function* leavesOf(value: unknown, at = ""): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* leavesOf(item, `${at}[]`);
  else if (typeof value === "object" && value !== null)
    for (const [key, inner] of Object.entries(value))
      yield* leavesOf(inner, at === "" ? key : `${at}.${key}`);
  else yield at;
}
