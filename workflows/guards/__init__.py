"""The township's named guards, one file for each stage. README.md lists them; `workflows/book.py` binds them."""
