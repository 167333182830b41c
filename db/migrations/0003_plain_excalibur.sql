CREATE TABLE `issuer_keys` (
	`number` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`public_key` text NOT NULL,
	`sealed` text NOT NULL,
	`created_at` integer NOT NULL,
	`signs_from` integer NOT NULL
);
