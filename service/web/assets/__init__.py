"""The browser files of the site: ours in `public/` and `scripts/`, fetched ones in `vendor/` (never committed)."""
