import type * as Logs from "@aws-sdk/client-cloudwatch-logs";
import type * as Ec2 from "@aws-sdk/client-ec2";
import type * as Ecs from "@aws-sdk/client-ecs";
import type * as Iam from "@aws-sdk/client-iam";
import type * as Secrets from "@aws-sdk/client-secrets-manager";
import type * as ServiceQuotas from "@aws-sdk/client-service-quotas";
import type * as Sts from "@aws-sdk/client-sts";
import type { Call } from "../adapter.ts";

interface Pair<Input, Output> {
  readonly input: Input;
  readonly output: Omit<Output, "$metadata">;
}

/** Every operation of AWS this adapter uses, with the SDK's own types. */
export interface Operations {
  DescribeClusters: Pair<Ecs.DescribeClustersCommandInput, Ecs.DescribeClustersCommandOutput>;
  RegisterTaskDefinition: Pair<
    Ecs.RegisterTaskDefinitionCommandInput,
    Ecs.RegisterTaskDefinitionCommandOutput
  >;
  DescribeTaskDefinition: Pair<
    Ecs.DescribeTaskDefinitionCommandInput,
    Ecs.DescribeTaskDefinitionCommandOutput
  >;
  DeregisterTaskDefinition: Pair<
    Ecs.DeregisterTaskDefinitionCommandInput,
    Ecs.DeregisterTaskDefinitionCommandOutput
  >;
  DeleteTaskDefinitions: Pair<Ecs.DeleteTaskDefinitionsCommandInput, Ecs.DeleteTaskDefinitionsCommandOutput>;
  ListTaskDefinitions: Pair<Ecs.ListTaskDefinitionsCommandInput, Ecs.ListTaskDefinitionsCommandOutput>;
  ListTaskDefinitionFamilies: Pair<
    Ecs.ListTaskDefinitionFamiliesCommandInput,
    Ecs.ListTaskDefinitionFamiliesCommandOutput
  >;
  CreateService: Pair<Ecs.CreateServiceCommandInput, Ecs.CreateServiceCommandOutput>;
  DescribeServices: Pair<Ecs.DescribeServicesCommandInput, Ecs.DescribeServicesCommandOutput>;
  ListServices: Pair<Ecs.ListServicesCommandInput, Ecs.ListServicesCommandOutput>;
  UpdateService: Pair<Ecs.UpdateServiceCommandInput, Ecs.UpdateServiceCommandOutput>;
  DeleteService: Pair<Ecs.DeleteServiceCommandInput, Ecs.DeleteServiceCommandOutput>;
  CreateExpressGatewayService: Pair<
    Ecs.CreateExpressGatewayServiceCommandInput,
    Ecs.CreateExpressGatewayServiceCommandOutput
  >;
  DescribeExpressGatewayService: Pair<
    Ecs.DescribeExpressGatewayServiceCommandInput,
    Ecs.DescribeExpressGatewayServiceCommandOutput
  >;
  UpdateExpressGatewayService: Pair<
    Ecs.UpdateExpressGatewayServiceCommandInput,
    Ecs.UpdateExpressGatewayServiceCommandOutput
  >;
  DeleteExpressGatewayService: Pair<
    Ecs.DeleteExpressGatewayServiceCommandInput,
    Ecs.DeleteExpressGatewayServiceCommandOutput
  >;
  RunTask: Pair<Ecs.RunTaskCommandInput, Ecs.RunTaskCommandOutput>;
  ListTasks: Pair<Ecs.ListTasksCommandInput, Ecs.ListTasksCommandOutput>;
  DescribeTasks: Pair<Ecs.DescribeTasksCommandInput, Ecs.DescribeTasksCommandOutput>;
  StopTask: Pair<Ecs.StopTaskCommandInput, Ecs.StopTaskCommandOutput>;
  DescribeNetworkInterfaces: Pair<
    Ec2.DescribeNetworkInterfacesCommandInput,
    Ec2.DescribeNetworkInterfacesCommandOutput
  >;
  DescribeSubnets: Pair<Ec2.DescribeSubnetsCommandInput, Ec2.DescribeSubnetsCommandOutput>;
  DescribeSecurityGroups: Pair<
    Ec2.DescribeSecurityGroupsCommandInput,
    Ec2.DescribeSecurityGroupsCommandOutput
  >;
  GetLogEvents: Pair<Logs.GetLogEventsCommandInput, Logs.GetLogEventsCommandOutput>;
  CreateSecret: Pair<Secrets.CreateSecretCommandInput, Secrets.CreateSecretCommandOutput>;
  DescribeSecret: Pair<Secrets.DescribeSecretCommandInput, Secrets.DescribeSecretCommandOutput>;
  GetSecretValue: Pair<Secrets.GetSecretValueCommandInput, Secrets.GetSecretValueCommandOutput>;
  PutSecretValue: Pair<Secrets.PutSecretValueCommandInput, Secrets.PutSecretValueCommandOutput>;
  ListSecrets: Pair<Secrets.ListSecretsCommandInput, Secrets.ListSecretsCommandOutput>;
  DeleteSecret: Pair<Secrets.DeleteSecretCommandInput, Secrets.DeleteSecretCommandOutput>;
  GetServiceQuota: Pair<
    ServiceQuotas.GetServiceQuotaCommandInput,
    ServiceQuotas.GetServiceQuotaCommandOutput
  >;
  SimulatePrincipalPolicy: Pair<
    Iam.SimulatePrincipalPolicyCommandInput,
    Iam.SimulatePrincipalPolicyCommandOutput
  >;
  GetCallerIdentity: Pair<Sts.GetCallerIdentityCommandInput, Sts.GetCallerIdentityCommandOutput>;
  /** Sent without a signature: the token is the proof. */
  AssumeRoleWithWebIdentity: Pair<
    Sts.AssumeRoleWithWebIdentityCommandInput,
    Sts.AssumeRoleWithWebIdentityCommandOutput
  >;
}
export type Operation = keyof Operations;
export type InputOf<Name extends Operation> = Operations[Name]["input"];
export type OutputOf<Name extends Operation> = Operations[Name]["output"];

/** AWS as this adapter sees it. Throws the SDK's own errors, or others with `name` and `$metadata` like them. */
export interface EcsApi {
  send<Name extends Operation>(
    region: string,
    operation: Name,
    input: InputOf<Name>,
    call: Call,
  ): Promise<OutputOf<Name>>;
}
