"""Who somebody is: passwords, sessions, and how often one may guess."""
