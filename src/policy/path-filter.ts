import type { GatewayFeatures, Refusal } from "../domain/feature.ts";
import type { Offer } from "../domain/offer.ts";
import type { SeenNeeds } from "./offer-rule.ts";
import type { Policy } from "./policy.ts";

/** What decides whether traffic can take a path. */
type PathOffer = Pick<Offer, "path" | "place" | "simulated">;

/** Why traffic of these needs cannot take an offer's path; nothing where there is no route. */
export function pathRefusals(
  offer: PathOffer,
  needs: Pick<SeenNeeds, "route">,
  policy: Pick<Policy, "name" | "allowPlainHttp">,
  gateway: GatewayFeatures,
): readonly Refusal[] {
  const { route } = needs;
  if (route === undefined) return [];
  return [
    // h2c and gRPC both need HTTP/2 up to the container.
    ...carried(route.protocol === "http1" ? true : gateway.grpc, "/route/protocol"),
    ...carried(offer.path.reach === "ip" ? gateway.rawIp : true),
    ...carried(isPrivate(offer) ? gateway.privateAddress : true),
    ...bodyRefusals(route.maxBodyMiB, gateway),
    ...clearTextRefusals(offer, policy),
    ...bypassRefusals(offer, route.access),
  ];
}

function carried(answer: true | string, pointer?: string): readonly Refusal[] {
  return answer === true ? [] : [{ rule: "path", message: answer, pointer }];
}

function bodyRefusals(maxBodyMiB: number, gateway: GatewayFeatures): readonly Refusal[] {
  if (maxBodyMiB <= gateway.maxBodyMiB) return [];
  const message = `the gateway carries bodies of ${gateway.maxBodyMiB} MiB at most: set route.maxBodyMiB to that or less`;
  return [{ rule: "path", message, pointer: "/route/maxBodyMiB" }];
}

function clearTextRefusals(
  offer: PathOffer,
  policy: Pick<Policy, "name" | "allowPlainHttp">,
): readonly Refusal[] {
  if (offer.path.transport !== "plain" || !crossesInternet(offer) || policy.allowPlainHttp) return [];
  const message = `traffic would cross the internet in clear text and policy ${policy.name} does not allow it: set allowPlainHttp, or choose a place with TLS`;
  return [{ rule: "policy:allowPlainHttp", message, pointer: "/route" }];
}

function bypassRefusals(offer: PathOffer, access: "public" | "private"): readonly Refusal[] {
  if (access !== "private" || !offer.path.bypassable || !crossesInternet(offer)) return [];
  const message =
    "the container can be reached around the gateway, which would not be private: set route.access to public, or use a pool of agents";
  return [{ rule: "path", message, pointer: "/route/access" }];
}

// What an agent's operator made reachable is inside their own network; a sandbox is on this machine.
function crossesInternet({ path, place, simulated }: PathOffer): boolean {
  return !simulated && place.provider !== "agents" && (path.reach === "ip" || path.reach === "name");
}

function isPrivate({ path, place }: PathOffer): boolean {
  if (path.reach === "loopback" || path.reach === "network") return true;
  return place.provider === "agents" && path.reach !== "line";
}
