CREATE TABLE `prunings` (
	`part` text PRIMARY KEY NOT NULL,
	`after` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `workloads` ADD `first_attempt` integer;