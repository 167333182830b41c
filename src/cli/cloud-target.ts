import { awsPartition } from "../catalog/aws-partitions.ts";
import type { Given } from "./command.ts";
import { ANY_CLOUD_FIELDS, CLOUD_FIELDS, listed, withCloudFields } from "./cloud-fields.ts";
import type { Cloud } from "../domain/place.ts";
import { usage } from "./refusal.ts";

/** A target as `PUT /v1/targets/{name}` takes it. */
export type TargetBody = Readonly<Record<string, unknown>>;

/** The flags each cloud takes; the first ones it cannot do without, and for the next Berth has names of its own. */
const CLOUD_FLAGS: Readonly<
  Record<Cloud, { readonly needs: readonly string[]; readonly takes: readonly string[] }>
> = {
  ecs: {
    needs: ["account", "region", "subnets", "security-groups"],
    takes: ["cluster", "role", "execution-role"],
  },
  aci: { needs: ["subscription", "tenant", "region"], takes: ["resource-group", "client"] },
  "cloud-run": {
    needs: ["project-id", "project-number", "region"],
    takes: ["service-account", "runtime-account"],
  },
};

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

/** Every flag that says something of a target of this cloud. */
export function flagsOf(cloud: Cloud): readonly string[] {
  const { needs, takes } = CLOUD_FLAGS[cloud];
  const fields = [...CLOUD_FIELDS[cloud], ...ANY_CLOUD_FIELDS];
  return [...needs, ...takes, ...fields.map(({ flag }) => flag.name)];
}

/** A line for each cloud that says all it needs. */
export const EXAMPLES: Readonly<Record<Cloud, string>> = {
  ecs: "berth target add aws prod --account 123456789012 --region eu-west-1 --subnets subnet-0a1b2c3d --security-groups sg-0a1b2c3d",
  aci: "berth target add azure prod --subscription SUBSCRIPTION_ID --tenant TENANT_ID --region westeurope",
  "cloud-run":
    "berth target add gcp prod --project-id acme-shop-417 --project-number 123456789012 --region europe-west1",
};

/** Stands for the app of a target until the printed commands have made it and told its id. */
export const NO_APP_YET = "00000000-0000-0000-0000-000000000000";

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
