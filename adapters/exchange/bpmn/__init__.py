"""BPMN 2.0: read into charts, and written from our definitions with a picture."""
