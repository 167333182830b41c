import { awsPartition } from "../catalog/aws-partitions.ts";
import type { Given } from "./command.ts";
import { listed, withCloudFields } from "./cloud-fields.ts";
import { CLOUD_FLAGS, EXAMPLES, NO_APP_YET } from "./cloud-target-flags.ts";
import type { Cloud } from "../domain/place.ts";
import { usage } from "./refusal.ts";

/** A target as `PUT /v1/targets/{name}` takes it. */
export type TargetBody = Readonly<Record<string, unknown>>;

/** The body that flags say, with the names Berth's own documents give to what is not said. Throws a usage `Refusal` for what is missing. */
export function cloudTarget(cloud: Cloud, word: string, name: string, given: Given): TargetBody {
  const missing = CLOUD_FLAGS[cloud].needs.filter((flag) => given.flags[flag] === undefined);
  if (missing.length > 0)
    throw usage(
      `a target of ${word} needs ${missing.map((flag) => `--${flag}`).join(", ")}`,
      `As in:  ${EXAMPLES[cloud]}`,
    );
  const body = BODIES[cloud](name, (flag) => given.flags[flag]);
  return withCloudFields(cloud, { kind: cloud, ...body }, given);
}

type Said = (flag: string) => string | undefined;

const BODIES: Readonly<Record<Cloud, (name: string, said: Said) => TargetBody>> = {
  ecs: (name, said) => {
    const account = said("account") ?? "";
    const region = said("region") ?? "";
    const role = (path: string) => `arn:${awsPartition(region).id}:iam::${account}:role/${path}`;
    return {
      accountId: account,
      region,
      cluster: said("cluster") ?? "berth",
      subnets: listed(said("subnets")),
      securityGroups: listed(said("security-groups")),
      roles: {
        berth: said("role") ?? role(`berth-${name}`),
        // What the console and the documentation of ECS call it.
        execution: said("execution-role") ?? role("ecsTaskExecutionRole"),
      },
    };
  },
  aci: (_name, said) => ({
    subscriptionId: said("subscription"),
    tenantId: said("tenant"),
    clientId: said("client") ?? NO_APP_YET,
    resourceGroup: said("resource-group") ?? "berth",
    regions: listed(said("region")),
  }),
  "cloud-run": (name, said) => {
    const project = said("project-id") ?? "";
    const account = (id: string) => `${cut(id, MOST_ACCOUNT_CHARACTERS)}@${project}.iam.gserviceaccount.com`;
    const pool = `projects/${said("project-number") ?? ""}/locations/global/workloadIdentityPools/berth`;
    return {
      projectId: project,
      regions: listed(said("region")),
      serviceAccount: said("service-account") ?? account(`berth-${name}`),
      runtimeServiceAccount: said("runtime-account") ?? account("berth-containers"),
      workloadIdentityProvider: `${pool}/providers/${cut(`berth-${name}`, MOST_PROVIDER_CHARACTERS)}`,
    };
  },
};

/** Google, "Create service accounts": an id has 6 to 30 characters; a provider's has 4 to 32. */
const MOST_ACCOUNT_CHARACTERS = 30;
const MOST_PROVIDER_CHARACTERS = 32;

const cut = (text: string, most: number): string => text.slice(0, most).replace(/-+$/, "");
