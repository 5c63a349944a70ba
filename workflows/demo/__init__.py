"""The demonstration county: one fictional county with forty projects, led through the real engine step by step."""
