CREATE TABLE `price_parts` (
	`name` text PRIMARY KEY NOT NULL,
	`prices` text NOT NULL,
	`read_at` integer NOT NULL
);
