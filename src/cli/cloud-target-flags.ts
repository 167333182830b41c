import type { Cloud } from "../domain/place.ts";
import { ANY_CLOUD_FIELDS, CLOUD_FIELDS } from "./cloud-fields.ts";

/** The flags each cloud takes; the first ones it cannot do without, and for the next Berth has names of its own. */
export const CLOUD_FLAGS: Readonly<
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
