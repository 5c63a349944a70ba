"""The visual editor of a draft: its steps as an outline, a step as a form, what is filled in as edits of the text."""
