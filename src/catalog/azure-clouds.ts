import type { Because } from "../domain/feature.ts";
import type { Realm } from "../domain/realm.ts";

/** One of Azure's clouds: subscriptions, tenants and endpoints of its own, which no other cloud knows. */
export interface AzureCloud {
  /** As `az cloud set` names it. */
  readonly id: "AzureCloud" | "AzureUSGovernment" | "AzureChinaCloud";
  /** As sentences call it. */
  readonly name: string;
  readonly realm: Realm;
  /** What its regions are named. */
  readonly regions: RegExp;
  readonly resourceManager: string;
  /** Where its Entra gives tokens. */
  readonly authority: string;
  /** The scope of a token for its resource manager. */
  readonly scope: string;
  /** The audience its Entra asks of a federated token. */
  readonly audience: string;
  /** `environment` of the Terraform providers azurerm and azuread. */
  readonly terraform: string;
  /** What the host names of container groups end in. */
  readonly containerSuffix: string;
  readonly portalUrl: string;
  /** Why its prices are not read; absent where the Retail Prices API has them in USD. */
  readonly unlisted?: Because | undefined;
  /** Why a group cannot name an availability zone there; absent where Microsoft's guide says it can. */
  readonly unzoned?: Because | undefined;
}

const UNZONED = (name: string): Because =>
  `No document says which regions of ${name} take x-aci.zones: leave it out`;

/**
 * Azure's clouds. Endpoints: azure-cli, `core/cloud.py`, and hashicorp/go-azure-sdk, `sdk/environments` (2026-08-17).
 * Audience: Microsoft Entra, "Configure an application to trust a managed identity" (public, US Government, China). `environment`:
 * the provider azuread, "Configuration reference" (2026-08-17). Host names of groups in China: docs.azure.cn, "What is Azure Container
 * Instances" (2020-01-15); in Azure Government: as its users publish them.
 */
export const AZURE_CLOUDS: readonly [AzureCloud, ...AzureCloud[]] = [
  {
    id: "AzureCloud",
    name: "Azure's commercial regions",
    realm: "commercial",
    regions: /^(?!usgov|usdod|china)/,
    resourceManager: "https://management.azure.com",
    authority: "https://login.microsoftonline.com",
    scope: "https://management.azure.com/.default",
    audience: "api://AzureADTokenExchange",
    terraform: "public",
    containerSuffix: "azurecontainer.io",
    portalUrl: "https://portal.azure.com",
  },
  {
    id: "AzureUSGovernment",
    name: "Azure Government",
    realm: "us-gov",
    regions: /^(usgov|usdod)/,
    resourceManager: "https://management.usgovcloudapi.net",
    authority: "https://login.microsoftonline.us",
    scope: "https://management.usgovcloudapi.net/.default",
    audience: "api://AzureADTokenExchangeUSGov",
    terraform: "usgovernment",
    containerSuffix: "azurecontainer.console.azure.us",
    portalUrl: "https://portal.azure.us",
    unzoned: UNZONED("Azure Government"),
  },
  {
    id: "AzureChinaCloud",
    name: "Azure operated by 21Vianet",
    realm: "china",
    regions: /^china/,
    resourceManager: "https://management.chinacloudapi.cn",
    authority: "https://login.chinacloudapi.cn",
    scope: "https://management.chinacloudapi.cn/.default",
    audience: "api://AzureADTokenExchangeChina",
    terraform: "china",
    containerSuffix: "azurecontainer.console.azure.cn",
    portalUrl: "https://portal.azure.cn",
    unlisted: "Azure operated by 21Vianet lists its prices in CNY and elsewhere",
    unzoned: UNZONED("Azure operated by 21Vianet"),
  },
];

/**
 * The largest group a region is documented to take, where that is less than elsewhere (docs.azure.cn, "Resource availability",
 * 2020-07-21: 2 vCPU and 8 GB in China East 2).
 */
export const SMALLER_GROUPS: Readonly<
  Record<string, { readonly vCpu: number; readonly memoryGiB: number } | undefined>
> = { chinaeast2: { vCpu: 2, memoryGiB: 8 } };

/** The cloud a region is in. One that no other cloud names is commercial. */
export function azureCloud(region: string): AzureCloud {
  return AZURE_CLOUDS.find(({ regions }) => regions.test(region)) ?? AZURE_CLOUDS[0];
}

/**
 * Why a region of Azure Government or of China that Berth does not have cannot be used; undefined for every other name. Where the
 * service is: the service's own list as virtual-kubelet/azure-aci copied it (pull request 319, 2022-10-05) for Azure Government, and
 * docs.azure.cn, "Resource availability" (2020-07-21) for China.
 */
export function notOfferedThere(region: string): Because | undefined {
  const { id, name } = azureCloud(region);
  if (id === "AzureCloud") return undefined;
  const there = id === "AzureUSGovernment" ? "usgovvirginia and usgovarizona" : "chinaeast2";
  return `No document says that Container Instances are in ${region.slice(0, 60)}: in ${name} they are in ${there}`;
}
