import { didYouMean } from "../domain/did-you-mean.ts";
import type { Place } from "../domain/place.ts";
import type { Client } from "./client.ts";
import { cloudNamed, cloudWords } from "../catalog/cloud-names.ts";
import { usage } from "./refusal.ts";

/** Where to, as the API takes it: at least one of the three. */
export interface PlaceMatch {
  readonly target?: string;
  readonly provider?: Place["provider"];
  readonly region?: string;
}

interface Target {
  readonly name: string;
  readonly kind: string;
  readonly region?: unknown;
}

/**
 * What a person means by `--to`: a target's name first, then a cloud or `agents`, then a region of a connected target; the first
 * two also as `NAME/REGION`. Throws a usage `Refusal` that lists what is connected.
 */
export async function resolvePlace(client: Client, text: string): Promise<PlaceMatch> {
  const { body } = await client.call<{ readonly targets: readonly Target[] }>({
    method: "GET",
    path: "/v1/targets",
  });
  const { targets } = body;
  const [head = "", region, ...rest] = text.split("/");
  if (head === "" || region === "" || rest.length > 0) throw unknown(text, targets);
  const within = region === undefined ? {} : { region };
  if (targets.some(({ name }) => name === head)) return { target: head, ...within };
  const provider = head === "agents" ? "agents" : cloudNamed(head);
  if (provider !== undefined) return { provider, ...within };
  if (region === undefined && targets.some((target) => target.region === head)) return { region: head };
  throw unknown(text, targets);
}

/** How a match is said in a sentence. */
export function matchWords({ target, provider, region }: PlaceMatch): string {
  return [target, provider, region].filter((part) => part !== undefined).join(" ");
}

/** Targets that a refusal names. */
const SHOWN = 10;

function unknown(text: string, targets: readonly Target[]) {
  const names = targets.map(({ name }) => name);
  const regions = targets.flatMap(({ region }) => (typeof region === "string" ? [region] : []));
  const meant = didYouMean(text, [...names, ...regions, ...cloudWords(), "agents"]);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  const known = names.length === 0 ? "none yet" : names.slice(0, SHOWN).join(", ");
  return usage(
    `${JSON.stringify(text)} is no target, cloud or connected region${hint}`,
    `Connected are ${known}. All of them:  berth target list`,
  );
}
