/** A price that counts, as `GET /v1/catalog/prices` shows it. */
export interface PriceView {
  readonly provider: string;
  readonly region: string;
  readonly product: string;
  readonly meter: string;
  readonly usd: string;
  readonly unit: string;
  readonly asOf: string;
  readonly checkedAt?: string;
  readonly confidence: string;
  readonly source: string;
  readonly from?: string;
}
