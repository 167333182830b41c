-- Discounts and commitments were once among the terms of each unit, and their ends unknown to the meter: every account's rates count as
-- ended now, so that the next pass tells all units what is in force.
UPDATE `account_rates` SET `stated_until` = min(coalesce(`stated_until`, unixepoch() * 1000), unixepoch() * 1000);
