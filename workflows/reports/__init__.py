"""The county's reports R-01 to R-32: declared in `reports.yaml`, made from cases and ledgers. Pure."""
