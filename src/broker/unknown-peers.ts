import { peerPlace } from "../catalog/peers.ts";
import { didYouMean } from "../domain/did-you-mean.ts";
import { Fault, type Problem } from "../domain/fault.ts";
import type { Spec } from "../domain/spec.ts";
import type { Target } from "../store/instance.ts";
import type { Caller, Ports } from "./ports.ts";

/**
 * Refuses a spec with `invalid-spec` where `talksTo` names a place that no region of the catalog and no connected target is: its
 * traffic would be priced, and its distance weighed, as of a place that is not there.
 */
export async function refuseUnknownPeers(
  ports: Pick<Ports, "store" | "books">,
  caller: Caller,
  { talksTo }: Pick<Spec, "talksTo">,
): Promise<void> {
  const book = ports.books.current();
  const strange = talksTo.flatMap(({ place }, index) =>
    place === undefined || peerPlace({ place }, book)?.known !== undefined ? [] : [{ place, index }],
  );
  if (strange.length === 0) return;
  const own = (await ports.store.targets(caller.project.id)).flatMap(placesOf);
  const known = [...book.regions.map(({ provider, id }) => `${provider}/${id}`), ...own];
  const problems = strange.flatMap(({ place, index }): readonly Problem[] => {
    if (own.includes(place)) return [];
    const near = didYouMean(place, known);
    const instead =
      near === undefined
        ? "write the provider and region of a cloud, or agents and the pool of a connected target; what goes to the internet is usage.egressGiBPerMonth"
        : `did you mean ${near}?`;
    const message = `nobody knows where ${place} is; ${instead}`;
    return [{ pointer: `/talksTo/${index}/place`, message }];
  });
  if (problems.length > 0)
    throw new Fault("invalid-spec", "The spec talks to places that nobody knows.", { problems });
}

// A pool is a place by its own name, whichever of its agents are there.
function placesOf({ kind, config }: Target): readonly string[] {
  const pool = config["pool"];
  return kind === "agents" && typeof pool === "string" ? [`agents/${pool}`] : [];
}
