"""The processes of money, walked through the real engine."""
