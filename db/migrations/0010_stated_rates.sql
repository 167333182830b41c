ALTER TABLE `account_rates` ADD `stated_book` text;--> statement-breakpoint
ALTER TABLE `account_rates` ADD `stated_until` integer;--> statement-breakpoint
CREATE INDEX `account_rates_ending` ON `account_rates` (`stated_until`) WHERE stated_until is not null;