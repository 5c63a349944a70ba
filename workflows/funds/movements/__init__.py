"""From what happened to postings: one function for each event of domain §6.3. Pure; raise `Unlawful` for no amount."""
