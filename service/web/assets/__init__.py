"""The browser files of the site: ours in `public/`, fetched ones in `vendor/` (never committed)."""
