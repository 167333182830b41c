import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import * as Ecs from "@aws-sdk/client-ecs";
import { IAMClient, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetServiceQuotaCommand, ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Target } from "../../store/instance.ts";
import type { Call } from "../adapter.ts";
import { callCloud } from "../call-cloud.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import type { EcsApi, InputOf, Operation, OutputOf } from "./api.ts";
import { classify } from "./classify.ts";
import type { AwsService, EcsConfig } from "./config.ts";
import { awsCredentials } from "./credentials.ts";
import { bucketOf } from "./quotas.ts";

/** The official SDK as this adapter's port. Its own retries are off: whoever sends through it decides that. */
export function sdkApi(target: Target, config: EcsConfig, ports: CloudPorts): EcsApi {
  const clients = new Map<string, Clients>();
  const [home] = config.regions;
  const homeRegion = home?.region ?? "";
  const keys = awsCredentials(target, config, ports, (input, call) => {
    const bucket = bucketOf(config.accountId, homeRegion, "AssumeRoleWithWebIdentity");
    const send = (signal: AbortSignal) =>
      SENDERS.AssumeRoleWithWebIdentity(clientsIn(homeRegion), input, { signal });
    return callCloud(ports, { bucket, repeatable: true, classify, send }, call);
  });
  return {
    async send(region, operation, input, call) {
      // Fetched here, under this call's deadline and with its errors; the SDK's own provider then finds them kept.
      if (operation !== "AssumeRoleWithWebIdentity") await keys(call);
      return await SENDERS[operation](clientsIn(region), input, call);
    },
  };

  function clientsIn(region: string): Clients {
    const made = clients.get(region) ?? makeClients(region, config.endpoints, provider);
    clients.set(region, made);
    return made;
  }

  async function provider() {
    const { value, expiresAt } = await keys({ signal: AbortSignal.timeout(CREDENTIALS_MS) });
    const { sessionToken, ...pair } = value;
    return {
      ...pair,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      expiration: new Date(expiresAt),
    };
  }
}

/** The SDK asks for credentials without a signal of its own. */
const CREDENTIALS_MS = 10_000;

interface Clients {
  readonly ecs: Ecs.ECSClient;
  readonly ec2: EC2Client;
  readonly logs: CloudWatchLogsClient;
  readonly secrets: SecretsManagerClient;
  readonly quotas: ServiceQuotasClient;
  /** In no region: the SDK finds the one endpoint of its partition. */
  readonly iam: IAMClient;
  readonly sts: STSClient;
}

type Provider = () => Promise<{
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration: Date;
}>;

function makeClients(region: string, endpoints: EcsConfig["endpoints"], credentials: Provider): Clients {
  const settings = (service: AwsService) => {
    const endpoint = endpoints[service];
    return { region, credentials, maxAttempts: 1, ...(endpoint === undefined ? {} : { endpoint }) };
  };
  return {
    ecs: new Ecs.ECSClient(settings("ecs")),
    ec2: new EC2Client(settings("ec2")),
    logs: new CloudWatchLogsClient(settings("logs")),
    secrets: new SecretsManagerClient(settings("secretsmanager")),
    quotas: new ServiceQuotasClient(settings("servicequotas")),
    iam: new IAMClient(settings("iam")),
    sts: new STSClient(settings("sts")),
  };
}

type Senders = {
  readonly [Name in Operation]: (
    clients: Clients,
    input: InputOf<Name>,
    call: Call,
  ) => Promise<OutputOf<Name>>;
};

const at = ({ signal }: Call) => ({ abortSignal: signal });

const SENDERS: Senders = {
  DescribeClusters: ({ ecs }, input, call) => ecs.send(new Ecs.DescribeClustersCommand(input), at(call)),
  RegisterTaskDefinition: ({ ecs }, input, call) =>
    ecs.send(new Ecs.RegisterTaskDefinitionCommand(input), at(call)),
  DescribeTaskDefinition: ({ ecs }, input, call) =>
    ecs.send(new Ecs.DescribeTaskDefinitionCommand(input), at(call)),
  DeregisterTaskDefinition: ({ ecs }, input, call) =>
    ecs.send(new Ecs.DeregisterTaskDefinitionCommand(input), at(call)),
  DeleteTaskDefinitions: ({ ecs }, input, call) =>
    ecs.send(new Ecs.DeleteTaskDefinitionsCommand(input), at(call)),
  ListTaskDefinitions: ({ ecs }, input, call) =>
    ecs.send(new Ecs.ListTaskDefinitionsCommand(input), at(call)),
  ListTaskDefinitionFamilies: ({ ecs }, input, call) =>
    ecs.send(new Ecs.ListTaskDefinitionFamiliesCommand(input), at(call)),
  CreateService: ({ ecs }, input, call) => ecs.send(new Ecs.CreateServiceCommand(input), at(call)),
  DescribeServices: ({ ecs }, input, call) => ecs.send(new Ecs.DescribeServicesCommand(input), at(call)),
  ListServices: ({ ecs }, input, call) => ecs.send(new Ecs.ListServicesCommand(input), at(call)),
  UpdateService: ({ ecs }, input, call) => ecs.send(new Ecs.UpdateServiceCommand(input), at(call)),
  DeleteService: ({ ecs }, input, call) => ecs.send(new Ecs.DeleteServiceCommand(input), at(call)),
  CreateExpressGatewayService: ({ ecs }, input, call) =>
    ecs.send(new Ecs.CreateExpressGatewayServiceCommand(input), at(call)),
  DescribeExpressGatewayService: ({ ecs }, input, call) =>
    ecs.send(new Ecs.DescribeExpressGatewayServiceCommand(input), at(call)),
  UpdateExpressGatewayService: ({ ecs }, input, call) =>
    ecs.send(new Ecs.UpdateExpressGatewayServiceCommand(input), at(call)),
  DeleteExpressGatewayService: ({ ecs }, input, call) =>
    ecs.send(new Ecs.DeleteExpressGatewayServiceCommand(input), at(call)),
  RunTask: ({ ecs }, input, call) => ecs.send(new Ecs.RunTaskCommand(input), at(call)),
  ListTasks: ({ ecs }, input, call) => ecs.send(new Ecs.ListTasksCommand(input), at(call)),
  DescribeTasks: ({ ecs }, input, call) => ecs.send(new Ecs.DescribeTasksCommand(input), at(call)),
  StopTask: ({ ecs }, input, call) => ecs.send(new Ecs.StopTaskCommand(input), at(call)),
  DescribeNetworkInterfaces: ({ ec2 }, input, call) =>
    ec2.send(new DescribeNetworkInterfacesCommand(input), at(call)),
  DescribeSubnets: ({ ec2 }, input, call) => ec2.send(new DescribeSubnetsCommand(input), at(call)),
  DescribeSecurityGroups: ({ ec2 }, input, call) =>
    ec2.send(new DescribeSecurityGroupsCommand(input), at(call)),
  GetLogEvents: ({ logs }, input, call) => logs.send(new GetLogEventsCommand(input), at(call)),
  CreateSecret: ({ secrets }, input, call) => secrets.send(new CreateSecretCommand(input), at(call)),
  DescribeSecret: ({ secrets }, input, call) => secrets.send(new DescribeSecretCommand(input), at(call)),
  GetSecretValue: ({ secrets }, input, call) => secrets.send(new GetSecretValueCommand(input), at(call)),
  PutSecretValue: ({ secrets }, input, call) => secrets.send(new PutSecretValueCommand(input), at(call)),
  ListSecrets: ({ secrets }, input, call) => secrets.send(new ListSecretsCommand(input), at(call)),
  DeleteSecret: ({ secrets }, input, call) => secrets.send(new DeleteSecretCommand(input), at(call)),
  GetServiceQuota: ({ quotas }, input, call) => quotas.send(new GetServiceQuotaCommand(input), at(call)),
  SimulatePrincipalPolicy: ({ iam }, input, call) =>
    iam.send(new SimulatePrincipalPolicyCommand(input), at(call)),
  GetCallerIdentity: ({ sts }, input, call) => sts.send(new GetCallerIdentityCommand(input), at(call)),
  AssumeRoleWithWebIdentity: ({ sts }, input, call) =>
    sts.send(new AssumeRoleWithWebIdentityCommand(input), at(call)),
};
