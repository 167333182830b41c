/** What an endpoint asks of whoever calls it: a token of Google's that says who calls. The token itself is never part of it. */
export interface EndpointAuth {
  readonly kind: "google-id-token";
  /** Id of the target whose identity is shown, and of the unit that is called: what this installation looks up before a token is made. */
  readonly target: string;
  readonly unit: string;
  /** Whom the token is for (its `aud`): the endpoint's own https origin. */
  readonly audience: string;
}

/** A token that says who calls, for one audience, and when it ends, ms since the epoch. */
export interface IdentityToken {
  readonly value: string;
  readonly expiresAt: number;
}

/** Makes a token for an endpoint, where it is one of this installation's own. */
export type MakeIdentityToken = (auth: EndpointAuth, signal: AbortSignal) => Promise<IdentityToken>;
