import { z } from "zod";
import { containerPathProblem, mountPathProblem } from "../container-path.ts";
import { referenceProblem } from "../env-reference.ts";
import { MAX_IMAGE_CHARS, parseImage } from "../image.ts";
import { ID, idProblem } from "../name.ts";
import { checkedText, listOf, mapOf, wholeNumber } from "./fields.ts";
import * as limits from "./limits.ts";

/** POSIX.1-2017, Base Definitions 3.235 "Name", which ACI and Kubernetes' strict form also ask for. */
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const MAX_ENV_NAME_CHARS = 256;
/** Cloud Run refuses these in any service (Container runtime contract, "Environment variables"). */
const PLATFORM_NAMES = new Set(["K_SERVICE", "K_REVISION", "K_CONFIGURATION"]);
/** useradd(8): at most 32 characters; a group may follow. */
const USER = /^(?:[a-z_][a-z0-9_-]{0,31}|\d{1,10})(?::(?:[a-z_][a-z0-9_-]{0,31}|\d{1,10}))?$/;

export const id = checkedText(63, idProblem).meta({ pattern: ID.source });

export const image = checkedText(MAX_IMAGE_CHARS, (text) => {
  const parsed = parseImage(text);
  return typeof parsed === "string" ? parsed : undefined;
}).describe("The image to run, with its registry (docker.io if none), tag or digest.");

export const entrypoint = listOf(z.string().max(limits.MAX_ARGUMENT_CHARS), limits.MAX_ARGUMENTS)
  .optional()
  .describe("Replaces the image's ENTRYPOINT. Empty means the image's own.");

export const args = listOf(z.string().max(limits.MAX_ARGUMENT_CHARS), limits.MAX_ARGUMENTS)
  .optional()
  .describe("Replaces the image's CMD. Empty means the image's own.");

const envName = checkedText(MAX_ENV_NAME_CHARS, envNameProblem);

export const env = mapOf(envName, checkedText(limits.MAX_ENV_CHARS, referenceProblem), limits.MAX_ENV)
  .default({})
  .describe(
    "Environment variables. ${workload.NAME.url}, .host and .key stand for another workload's address and route key.",
  );

export const secrets = mapOf(envName, id, limits.MAX_ENV)
  .default({})
  .describe("Environment variable name to the name of a secret kept by Berth.");

export const files = listOf(
  z.strictObject({
    path: checkedText(limits.MAX_PATH_CHARS, mountPathProblem).describe(
      "Absolute path of the file in the container.",
    ),
    content: z
      .string()
      .max(limits.MAX_FILE_CHARS)
      .optional()
      .describe("The file's text. Give this or secret."),
    secret: id.optional().describe("Name of the secret that holds the file's content. Give this or content."),
  }),
  limits.MAX_FILES,
)
  .default([])
  .describe("Files written into the container before it starts.");

export const workingDir = checkedText(limits.MAX_PATH_CHARS, containerPathProblem)
  .optional()
  .describe("Absolute path the process starts in; the image's own if absent.");

export const user = z
  .union([wholeNumber(0, limits.MAX_UID), z.string().regex(USER)], {
    error:
      "write a numeric user id such as 1000, which every place takes, or a name of the image's /etc/passwd",
  })
  .optional()
  .describe(
    "User to run as: a number is taken by most places, a name only where the engine reads the image.",
  );

function envNameProblem(name: string): string | undefined {
  if (name === "PORT") return "PORT is set everywhere to route.port; remove it here";
  if (PLATFORM_NAMES.has(name)) return `${name} is reserved by Cloud Run; choose another name`;
  return ENV_NAME.test(name)
    ? undefined
    : "an environment variable's name has letters, digits and _, and no digit first";
}
