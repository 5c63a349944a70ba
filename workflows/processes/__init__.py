"""Procedures beside a project, one YAML file each."""
