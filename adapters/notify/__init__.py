"""Messages to the outside: mail and webhooks, sent from the outbox at least once."""
