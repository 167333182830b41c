import type { InputOf } from "../api.ts";
import { SimFailure } from "./failure.ts";
import type { SimSecret } from "./state.ts";
import { page, seconds, type World } from "./world.ts";

/** AWS Secrets Manager quotas: 100 versions of a secret; those of the last day are never taken away to make room (PutSecretValue). */
const MOST_VERSIONS = 100;
const DAY_MS = 24 * 3_600_000;
/** AWS Secrets Manager adds six random characters to the name in the ARN. */
const SUFFIX_CHARS = 6;

export function createSecret(world: World, input: InputOf<"CreateSecret">): object {
  const name = input.Name ?? "";
  if (find(world, name) !== undefined)
    throw new SimFailure(
      "ResourceExistsException",
      `The operation failed because the secret ${name} already exists.`,
    );
  const suffix = world.id(world.number(), SUFFIX_CHARS);
  const secret: SimSecret = {
    arn: world.arn("secretsmanager", `secret:${name}-${suffix}`),
    name,
    value: input.SecretString ?? "",
    createdAt: world.now,
    tags: input.Tags ?? [],
  };
  world.change({ secrets: [...world.here.secrets, secret] });
  return { ARN: secret.arn, Name: name };
}

/** All about a secret but its value. */
export function describeSecret(world: World, input: InputOf<"DescribeSecret">): object {
  const secret = there(world, input.SecretId);
  return { ARN: secret.arn, Name: secret.name, Tags: secret.tags, CreatedDate: seconds(secret.createdAt) };
}

/** The value of a secret's newest version. */
export function getSecretValue(world: World, input: InputOf<"GetSecretValue">): object {
  const secret = there(world, input.SecretId);
  return { ARN: secret.arn, Name: secret.name, SecretString: secret.value };
}

export function putSecretValue(world: World, input: InputOf<"PutSecretValue">): object {
  const secret = there(world, input.SecretId);
  const young = (secret.versions ?? []).filter((at) => world.now - at < DAY_MS);
  if (young.length + 1 >= MOST_VERSIONS)
    throw new SimFailure(
      "LimitExceededException",
      "The request failed because it would exceed one of the Secrets Manager quotas.",
    );
  const changed = { ...secret, value: input.SecretString ?? "", versions: [...young, world.now] };
  world.change({ secrets: world.here.secrets.map((one) => (one.arn === secret.arn ? changed : one)) });
  return { ARN: secret.arn, Name: secret.name };
}

/** Secrets whose name begins, or whose tags are named, as a filter says; new ones are missing for a while. */
export function listSecrets(world: World, input: InputOf<"ListSecrets">): object {
  const old = world.here.secrets.filter(
    ({ createdAt }) => createdAt + world.rules.delaysMs.visible <= world.now,
  );
  const matching = old.filter((secret) =>
    (input.Filters ?? []).every(({ Key, Values = [] }) => {
      if (Key === "name") return Values.some((value) => secret.name.startsWith(value));
      return (
        Key !== "tag-key" || secret.tags.some((tag) => Values.some((value) => tag.Key?.startsWith(value)))
      );
    }),
  );
  const { items, nextToken } = page(
    matching,
    { maxResults: input.MaxResults, nextToken: input.NextToken },
    100,
  );
  return {
    SecretList: items.map(({ arn, name, tags }) => ({ ARN: arn, Name: name, Tags: tags })),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}

/** Removes a secret at once; without force AWS would keep it for days, which is not simulated. */
export function deleteSecret(world: World, input: InputOf<"DeleteSecret">): object {
  if (input.ForceDeleteWithoutRecovery !== true)
    throw new SimFailure("InvalidParameterException", "Only deletes without recovery are simulated.");
  const secret = find(world, input.SecretId ?? "");
  world.change({ secrets: world.here.secrets.filter(({ arn }) => arn !== secret?.arn) });
  return {
    ARN: secret?.arn ?? input.SecretId,
    Name: secret?.name ?? input.SecretId,
    DeletionDate: seconds(world.now),
  };
}

function there(world: World, id: string | undefined): SimSecret {
  const secret = find(world, id ?? "");
  if (secret !== undefined) return secret;
  throw new SimFailure("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
}

function find(world: World, nameOrArn: string): SimSecret | undefined {
  return world.here.secrets.find(({ name, arn }) => name === nameOrArn || arn === nameOrArn);
}
