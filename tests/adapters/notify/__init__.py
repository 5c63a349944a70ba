"""Tests of mail and webhooks against real servers on this machine."""
