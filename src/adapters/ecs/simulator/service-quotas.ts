import { ACCOUNT_QUOTAS, QUOTA_NAMES, type QuotaName } from "../account-quotas.ts";
import type { InputOf } from "../api.ts";
import { SimFailure } from "./failure.ts";
import type { EcsRules } from "./rules.ts";
import type { World } from "./world.ts";

/** A quota of the account as it stands; one that the account has no value of its own for is no such resource. */
export function getServiceQuota({ rules }: World, input: InputOf<"GetServiceQuota">): object {
  const { ServiceCode, QuotaCode } = input;
  const name = QUOTA_NAMES.find((one) => {
    const quota = ACCOUNT_QUOTAS[one];
    return quota.ServiceCode === ServiceCode && quota.QuotaCode === QuotaCode;
  });
  const value = name === undefined ? undefined : TOLD[name](rules.quota);
  if (value === undefined)
    throw new SimFailure("NoSuchResourceException", "The specified resource does not exist.");
  return { Quota: { ServiceCode, QuotaCode, Value: value, Adjustable: true, GlobalQuota: false } };
}

const TOLD: Readonly<Record<QuotaName, (quota: EcsRules["quota"]) => number | undefined>> = {
  onDemandVcpu: ({ onDemandVcpu }) => onDemandVcpu,
  spotVcpu: ({ spotVcpu }) => spotVcpu,
  tasksPerService: ({ tasks }) => tasks,
  servicesPerCluster: ({ services }) => services,
};
