/** Who a cloud's accounts, identities and networks are apart for: nothing of one realm is known in another. */
export type Realm = "commercial" | "us-gov" | "china" | "eu-sovereign";

/** Realms as sentences name them. */
export const REALM_NAMES: Readonly<Record<Realm, string>> = {
  commercial: "the commercial regions",
  "us-gov": "the regions of the US government",
  china: "the regions of China",
  "eu-sovereign": "the AWS European Sovereign Cloud",
};
