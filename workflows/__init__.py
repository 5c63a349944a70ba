"""What a township runs: definitions, texts and pure domain rules."""
