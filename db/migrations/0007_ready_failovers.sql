DROP INDEX `plans_failovers`;--> statement-breakpoint
CREATE INDEX `plans_failovers` ON `plans` (`created_at`) WHERE committed and state = 'ready' and body ->> '$.trigger' = 'failover';