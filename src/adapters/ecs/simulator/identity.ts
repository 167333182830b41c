import { awsPartition } from "../../../catalog/aws-partitions.ts";
import type { InputOf } from "../api.ts";
import { SimFailure } from "./failure.ts";
import { seconds, type World } from "./world.ts";

const USUAL_SESSION_SECONDS = 3_600;

export function getCallerIdentity({ rules, region }: World): object {
  const arn = `arn:${awsPartition(region).id}:sts::${rules.accountId}:assumed-role/berth/berth`;
  return { Account: rules.accountId, Arn: arn, UserId: "AROASIMULATED:berth" };
}

/** Keys for a token whose subject the account trusts. */
export function assumeRoleWithWebIdentity(world: World, input: InputOf<"AssumeRoleWithWebIdentity">): object {
  const token = input.WebIdentityToken ?? "";
  const { admits } = world.rules;
  if (admits !== undefined && !admits.includes(token) && !admits.includes(subjectOf(token)))
    throw new SimFailure("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403);
  const number = world.number();
  return {
    Credentials: {
      AccessKeyId: `ASIA${world.id(number, 16).toUpperCase()}`,
      SecretAccessKey: world.id(number, 40),
      SessionToken: world.id(number, 60),
      Expiration: seconds(world.now) + (input.DurationSeconds ?? USUAL_SESSION_SECONDS),
    },
    AssumedRoleUser: {
      AssumedRoleId: "AROASIMULATED:berth",
      Arn: `${input.RoleArn ?? ""}/${input.RoleSessionName ?? ""}`,
    },
  };
}

// Who signed it is not looked at: a simulated account has no identity provider to ask.
function subjectOf(token: string): string {
  const [, payload = ""] = token.split(".");
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof claims === "object" && claims !== null && "sub" in claims ? String(claims.sub) : "";
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return "";
    throw error;
  }
}
